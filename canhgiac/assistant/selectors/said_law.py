"""law: what an article says, whether it is in force, what took its place. Never a judgement of a person."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from canhgiac.engines.dialogue.reading import read
from canhgiac.engines.retrieval import NONE, speaks_for
from canhgiac.kit.text import fold

from .asked import Asked
from .knowledge import Knowledge, LawTold
from .replies import Choice, Reply, Source

ARTICLES_MOST, LAWS_MOST = 4, 2
EARLIER = 2
"""Turns before that a question is about which by itself tells no offence."""
LEAST_ARTICLE, CITED = 5.0, 3.0
"""Score of retrieval from which an article answers a question; what it gains by being cited by the form's text."""
LEARNED, PRISON = 45.0, 6.0
"""What words add that were learned to ask for an article; what a crime gains where prison is asked about."""
PLAINLY = 2.0
"""So many times as much as for any article do words speak for none, where a question by itself names no offence."""
CLOSE = 0.6
"""Share of the best score from which a second act is told too."""
CRIMINAL = "BLHS"
"""The act meant by an article's number alone."""
_ARTICLE = re.compile(r"\bdieu\s*(?:so\s*)?(\d{1,3}[a-z]?)\b")
_NUMBER = re.compile(r"\b(\d{1,4})\s*/\s*((?:19|20)\d\d)\b")

_CRIME = re.compile(r"\b(?:pham (?:toi|dieu)|toi gi|toi danh|(?:di|phat|an|o) tu|hinh su|khoi to|truy cuu)\b")

Cited = list[tuple[LawTold, list[str]]]
"""Acts, each with the articles of it that answer."""


def said_law(asked: Asked) -> Reply:
    """The acts that the question names or is about, or that its form's text cites, with their articles. No query."""
    cited = _cited(asked)
    if not cited:
        return Reply(
            act="law",
            slots=asked.slots,
            says=(
                _("Thư viện chưa có điều luật đúng với câu bạn hỏi. Hãy hỏi công an xã, phường hoặc trợ giúp pháp lý."),
            ),
            human_offered=True,
            is_good=False,
        )
    says: list[str] = []
    sources: list[Source] = []
    for told, articles in cited:
        says += _sentences(asked, told, articles)
        sources += [told.source]
        after = asked.knowledge.laws.get(told.successor)
        if after is not None and not told.is_in_force(asked.today):
            sources.insert(len(sources) - 1, after.source)
    says.append(_("Ai vi phạm, xử mức nào là do cơ quan điều tra và tòa án quyết định."))
    if asked.form is not None and not asked.slots.law:
        sources.append(asked.form.source)
    return Reply(
        act="law",
        slots=asked.slots,
        says=tuple(says),
        sources=tuple(dict.fromkeys(sources)),
        choices=(Choice(_("Trình báo ở đâu"), say=_("Tôi muốn trình báo thì đến đâu?")),),
    )


def _cited(asked: Asked) -> Cited:
    knowledge = asked.knowledge
    query = f"{asked.slots.law} {asked.understood.query or asked.words}"
    folded = fold(query)
    articles = _ARTICLE.findall(folded)
    named = _named(knowledge, folded, query)
    if articles:
        for told in [*named, *filter(None, [knowledge.laws.get(CRIMINAL)]), *knowledge.laws.values()]:
            if held := [number for number in articles if number in told.articles]:
                return [(told, held[:ARTICLES_MOST])]
    if named:
        return [(told, _best_articles(knowledge, query, told)) for told in named[:1]]
    shares = speaks_for("laws", read(query))
    if asked.earlier and _names_nothing(shares):
        query = "\n".join([*asked.earlier[-EARLIER:], query])
        shares = speaks_for("laws", read(query))
    if asked.form is not None and _names_nothing(shares):
        return _of_form(asked)
    return _by_words(asked, query, shares) or _of_form(asked)


def _names_nothing(shares: Mapping[str, float]) -> bool:
    """Whether the question by itself tells no offence: "luật nào cấm vậy" is about what was told before."""
    best = max((share for id_, share in shares.items() if id_ != NONE), default=0.0)
    return shares.get(NONE, 0.0) >= PLAINLY * best


def _named(knowledge: Knowledge, folded: str, query: str) -> list[LawTold]:
    """The acts named by number, else by name."""
    for number, year in _NUMBER.findall(folded):
        found = [told for told in knowledge.laws.values() if told.number.startswith(f"{number}/{year}/")]
        if found:
            return found
    found = [knowledge.by_number(hit.id) for hit in knowledge.find("law", query, most=3)]
    return [told for told in found if _bare_name(told) in folded]


def _bare_name(told: LawTold) -> str:
    """The act's name without what was changed and when."""
    return fold(re.sub(r"\s*(?:\([^()]*\)|năm \d{4})", "", told.name))


def _best_articles(knowledge: Knowledge, query: str, told: LawTold) -> list[str]:
    hits = knowledge.find("article", query, most=12)
    numbers = [
        number for code, _hash, number in (hit.id.partition("#") for hit in hits) if number and code == told.code
    ]
    return numbers[:1] or list(told.articles)[:ARTICLES_MOST]


def _of_form(asked: Asked) -> Cited:
    """What the form's text cites, those in force first: one that has ended is told with what took its place."""
    knowledge, found = asked.knowledge, dict[str, list[str]]()
    for code, article in asked.form.laws if asked.form else ():
        if code in knowledge.laws:
            found.setdefault(code, []).extend([article] if article else [])
    cited = [(knowledge.laws[code], articles[:ARTICLES_MOST]) for code, articles in found.items()]
    if _CRIME.search(fold(asked.words)):
        cited = [pair for pair in cited if pair[0].code == CRIMINAL] or cited
    return sorted(cited, key=lambda pair: not pair[0].is_in_force(asked.today))[:LAWS_MOST]


def _by_words(asked: Asked, query: str, shares: Mapping[str, float]) -> Cited:
    """The articles that say most of what was asked, as learned and as found; the form's own weigh more."""
    knowledge, found = asked.knowledge, dict[str, list[str]]()
    likely = {id_: share * LEARNED for id_, share in shares.items() if share > 0}
    weighed = [(f"{code}#{article}", CITED) for code, article in (asked.form.laws if asked.form else ())]
    if _CRIME.search(fold(query)) and (criminal := knowledge.laws.get(CRIMINAL)):
        weighed += [(f"{CRIMINAL}#{number}", PRISON) for number in criminal.articles]
    for id_, weight in weighed:
        likely[id_] = likely.get(id_, 0.0) + weight
    hits = knowledge.find("article", query, likely=likely, most=8)
    for hit in hits:
        code, _hash, number = hit.id.partition("#")
        if hit.score >= max(LEAST_ARTICLE, CLOSE * hits[0].score) and knowledge.laws[code].is_in_force(asked.today):
            found.setdefault(code, []).extend([number] if number else [])
    return [(knowledge.laws[code], numbers[:2]) for code, numbers in list(found.items())[:LAWS_MOST]]


def _sentences(asked: Asked, told: LawTold, articles: list[str]) -> list[str]:
    name = re.sub(r"\s*\([^()]*\)$", "", told.name)
    says = [
        _("Điều %(article)s %(law)s: %(says)s.")
        % {"article": number, "law": name, "says": told.articles[number].rstrip(".")}
        for number in articles
        if number in told.articles
    ] or [_("%(law)s (%(number)s) điều chỉnh việc này.") % {"law": name, "number": told.number}]
    if not told.is_in_force(asked.today):
        says.append(_ended(asked, told))
    return says


def _ended(asked: Asked, told: LawTold) -> str:
    if asked.today < told.from_day:
        return _("%(number)s chưa có hiệu lực, có hiệu lực từ %(day)s.") % {
            "number": told.number,
            "day": f"{told.from_day:%d/%m/%Y}",
        }
    day = f"{told.until_day:%d/%m/%Y}" if told.until_day else ""
    after = asked.knowledge.laws.get(told.successor)
    if after is None:
        return _("%(number)s đã hết hiệu lực sau ngày %(day)s.") % {"number": told.number, "day": day}
    return _("%(number)s đã hết hiệu lực sau ngày %(day)s; nay là %(after)s (%(name)s).") % {
        "number": told.number,
        "day": day,
        "after": after.number,
        "name": after.name,
    }
