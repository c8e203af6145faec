"""Dataclasses as plain JSON values and back, by their annotations: so replies and memories are kept."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def told(value: Any) -> Any:
    """The value as JSON knows values; fields that stand at their default are left out.

    Dataclasses become objects, tuples lists, enumerations their values, dates ISO 8601. Raises TypeError for others.
    """
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [told(one) for one in value]
    if dataclasses.is_dataclass(value):
        return {
            name: told(given)
            for name, default in _defaults(type(value))  # type: ignore[arg-type]  # a type is hashable
            if (given := getattr(value, name)) is not default and given != default
        }
    raise TypeError(type(value).__name__)


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    """The fields, each with its default; one that has none, or makes it anew, equals nothing."""
    return tuple((field.name, field.default) for field in dataclasses.fields(kind))


def read(kind: type[T], value: Any) -> T:
    """The dataclass of this ``kind`` that ``told`` made the value of.

    A field that the class no longer has is left out, one that is new keeps its default: what an older program wrote
    can be read. Raises KeyError, TypeError, ValueError for what no program wrote.
    """
    made: T = _reader(kind)(value)  # type: ignore[arg-type]  # the same
    return made


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of this annotation."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        some = _reader(next(one for one in inside if one is not type(None)))
        return lambda value: None if value is None else some(value)
    if origin is tuple:
        each = _reader(inside[0])
        return lambda value: tuple(each(one) for one in value)
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind)  # type: ignore[arg-type]
    if kind is dt.datetime or kind is dt.date:
        return kind.fromisoformat  # type: ignore[no-any-return]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda value: value


def _dataclass(kind: type) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}
    return lambda value: kind(**{name: readers[name](one) for name, one in value.items() if name in readers})
