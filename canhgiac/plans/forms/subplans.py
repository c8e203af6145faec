"""A person's judgement of how a sub-plan answers one parent task."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.plans.models import Plan, ReviewState, SubPlanMatch, Task


class SubPlanMatchForm(forms.Form):
    """State, answering task and reason; "còn thiếu" takes no task, the others need one."""

    state = forms.ChoiceField(label=_("Nhận định"), choices=SubPlanMatch.State.choices)
    task = forms.ModelChoiceField(label=_("Nhiệm vụ trả lời"), queryset=Task.objects.none(), required=False)
    reason = forms.CharField(label=_("Lý do"), max_length=300, required=False)

    def __init__(self, *args: Any, sub_plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tasks = Task.objects.filter(plan=sub_plan).exclude(review=ReviewState.REJECTED)
        self.fields["task"].queryset = tasks  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A missing answer names no task; any other names one."""
        data = super().clean() or {}
        if data.get("state") == SubPlanMatch.State.MISSING:
            data["task"] = None
        elif data.get("state") and not data.get("task") and "task" not in self.errors:
            self.add_error("task", _("Chọn nhiệm vụ trong kế hoạch của đơn vị trả lời cho nhiệm vụ này."))
        return data
