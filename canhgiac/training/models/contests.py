"""Contests: rounds of questions by teams and people, entries judged without names, live events, awards."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area, Audience, Member

from .learners import Learner
from .papers import Paper, Sitting


class Contest(models.Model):
    """Cuộc thi, with rules that everybody can read before they join."""

    class Kind(models.TextChoices):
        QUIZ = "quiz", _("Thi kiến thức")
        ENTRIES = "entries", _("Thi tranh, áp phích, video")

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang soạn")
        OPEN = "open", _("Đang diễn ra")
        CLOSED = "closed", _("Chờ công bố")
        ANNOUNCED = "announced", _("Đã công bố")
        CALLED_OFF = "called_off", _("Đã hủy")

    class Tie(models.TextChoices):
        LESS_TIME = "less_time", _("Tổng thời gian làm bài ít hơn")
        LATER_ROUND = "later_round", _("Điểm vòng sau cao hơn")
        HARDER = "harder", _("Đúng nhiều câu khó hơn")
        EARLIER = "earlier", _("Nộp bài sớm hơn")
        SHARED = "shared", _("Đồng hạng")

    kind = models.CharField(_("loại"), max_length=7, choices=Kind)
    title = models.CharField(_("tên cuộc thi"), max_length=160)
    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True)
    rules = models.TextField(_("thể lệ"))
    audiences = ArrayField(models.CharField(max_length=20, choices=Audience), default=list, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("đơn vị tổ chức"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("địa bàn"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    joins_from = models.DateTimeField(_("đăng ký từ"))
    joins_until = models.DateTimeField(_("đăng ký đến"))
    ends_on = models.DateField(_("công bố dự kiến"))
    by_team = models.BooleanField(_("thi theo đội"), default=False)
    team_most = models.PositiveSmallIntegerField(_("người một đội, nhiều nhất"), default=1)
    ties = ArrayField(models.CharField(max_length=11, choices=Tie), default=list, verbose_name=_("khi bằng điểm"))
    """Applied in this order; what is still equal shares the rank."""
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    """A second person, who read the rules."""
    made_at = models.DateTimeField(default=timezone.now)
    announced_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("cuộc thi")
        verbose_name_plural = _("cuộc thi")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(joins_until__gt=models.F("joins_from")), name="contest_times_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(opened_by__isnull=True) | ~models.Q(opened_by=models.F("made_by")),
                name="contest_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Round(models.Model):
    """Vòng thi: one paper within a window of time."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("vòng"))
    title = models.CharField(_("tên vòng"), max_length=120)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="rounds")
    opens_at = models.DateTimeField(_("mở"))
    closes_at = models.DateTimeField(_("đóng"))
    top = models.PositiveIntegerField(_("lấy vào vòng sau"), null=True, blank=True)
    """How many go on; null: all."""
    counted_at = models.DateTimeField(null=True, blank=True)
    """When its ranking was made; answers after that do not count."""

    class Meta:
        verbose_name = _("vòng thi")
        verbose_name_plural = _("vòng thi")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="round_number_once"),
            models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("opens_at")), name="round_times_in_order"),
        ]

    def __str__(self) -> str:
        return self.title


class Team(models.Model):
    """Đội of a school, a commune, an agency."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="teams")
    name = models.CharField(_("tên đội"), max_length=80)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    join_code = models.CharField(max_length=10, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("đội")
        verbose_name_plural = _("đội")
        constraints = [models.UniqueConstraint(fields=["contest", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Contestant(models.Model):
    """Người dự thi. Public tables show the name they chose, their unit and place, nothing else."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="contestants")
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="contests")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="contestants")
    shown_as = models.CharField(_("tên hiện trên bảng"), max_length=60)
    joined_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("người dự thi")
        verbose_name_plural = _("người dự thi")
        constraints = [models.UniqueConstraint(fields=["contest", "learner"], name="contestant_once")]

    def __str__(self) -> str:
        return self.shown_as


class RoundEntry(models.Model):
    """One person's sitting of one round, and its rank when the round was counted."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="entries")
    contestant = models.ForeignKey(Contestant, models.CASCADE, related_name="entries")
    sitting = models.OneToOneField(Sitting, models.PROTECT, related_name="round_entry")
    device = models.BinaryField(max_length=16)
    """Keyed digest of the cookie of the device that began: only that one may go on."""
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    """Between begin and hand-in, by the server's clock."""
    rank = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("bài của vòng thi")
        verbose_name_plural = _("bài của vòng thi")
        constraints = [models.UniqueConstraint(fields=["round", "contestant"], name="round_entry_once")]

    def __str__(self) -> str:
        return f"{self.round_id} · {self.contestant_id}"


class Anomaly(models.Model):
    """Something to look at: never a punishment by itself. A person looks and writes what they found."""

    class Kind(models.TextChoices):
        TOO_FAST = "too_fast", _("Trả lời nhanh hơn đọc")
        SAME_ANSWERS = "same_answers", _("Giống nhau cả câu sai")
        OTHER_DEVICE = "other_device", _("Mở trên máy khác")
        ONE_DEVICE = "one_device", _("Nhiều người một máy")
        CLOCK = "clock", _("Đồng hồ máy lệch giữa chừng")

    entry = models.ForeignKey(RoundEntry, models.CASCADE, related_name="anomalies")
    kind = models.CharField(_("dấu hiệu"), max_length=12, choices=Kind)
    facts = models.JSONField(default=dict)
    found_at = models.DateTimeField(default=timezone.now)
    looked_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    looked_at = models.DateTimeField(null=True, blank=True)
    annuls = models.BooleanField(_("hủy bài"), default=False)
    note = models.CharField(_("kết luận"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("dấu hiệu bất thường")
        verbose_name_plural = _("dấu hiệu bất thường")
        constraints = [models.UniqueConstraint(fields=["entry", "kind"], name="anomaly_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.kind}"

    @property
    def words(self) -> str:
        """What was seen, in figures, for the person who looks at it."""
        told = {
            self.Kind.TOO_FAST: _("%(signs)s chữ cái trong %(seconds)s giây"),
            self.Kind.SAME_ANSWERS: _("%(wrong)s câu sai, giống nhau ở %(entries)s bài"),
            self.Kind.ONE_DEVICE: _("%(entries)s bài làm trên một máy"),
            self.Kind.CLOCK: _("Máy báo đã làm %(device)s giây, máy chủ thấy %(server)s giây"),
        }
        form = told.get(self.Kind(self.kind))
        return str(form) % self.facts if form and self.facts else ""


class Work(models.Model):
    """Bài dự thi: a poster, a picture, a video. Judges see its number, never whose it is."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Đã nhận")
        REFUSED = "refused", _("Không hợp lệ")
        WITHDRAWN = "withdrawn", _("Đã rút")

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="works")
    contestant = models.ForeignKey(Contestant, models.PROTECT, related_name="works")
    number = models.PositiveIntegerField(_("mã bài"))
    """At random within the contest, so that the order of coming in tells nothing."""
    title = models.CharField(_("tên bài"), max_length=120)
    note = models.TextField(_("lời giới thiệu"), blank=True, default="")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.RECEIVED)
    refused_because = models.CharField(_("lý do"), max_length=300, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("bài dự thi")
        verbose_name_plural = _("bài dự thi")
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="work_number_once"),
            models.UniqueConstraint(
                fields=["contest", "sha256"], condition=~models.Q(state="withdrawn"), name="work_file_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest} · {self.number}"


class Criterion(models.Model):
    """Tiêu chí of the judging sheet."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("tiêu chí"), max_length=120)
    most = models.PositiveSmallIntegerField(_("điểm cao nhất"), default=10)

    class Meta:
        verbose_name = _("tiêu chí")
        verbose_name_plural = _("tiêu chí")
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["contest", "position"], name="criterion_position_once")]

    def __str__(self) -> str:
        return self.name


class Judge(models.Model):
    """Giám khảo of a contest."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="judges")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    promised_at = models.DateTimeField(null=True, blank=True)
    """When they confirmed that they read the rule on conflicts of interest; before that they see no work."""

    class Meta:
        verbose_name = _("giám khảo")
        verbose_name_plural = _("giám khảo")
        constraints = [models.UniqueConstraint(fields=["contest", "member"], name="judge_once")]

    def __str__(self) -> str:
        return f"{self.contest_id} · {self.member_id}"


class Conflict(models.Model):
    """A judge who has to do with a work does not score it: said by the judge, or found by the system (same unit)."""

    judge = models.ForeignKey(Judge, models.CASCADE, related_name="conflicts")
    work = models.ForeignKey(Work, models.CASCADE, related_name="conflicts")
    is_found = models.BooleanField(default=False)
    reason = models.CharField(_("lý do"), max_length=200, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("xung đột lợi ích")
        verbose_name_plural = _("xung đột lợi ích")
        constraints = [models.UniqueConstraint(fields=["judge", "work"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.judge_id} · {self.work_id}"


class Score(models.Model):
    """Điểm chấm: one judge, one work, one criterion."""

    judge = models.ForeignKey(Judge, models.CASCADE, related_name="scores")
    work = models.ForeignKey(Work, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="+")
    points = models.DecimalField(_("điểm"), max_digits=5, decimal_places=2)
    note = models.CharField(_("nhận xét"), max_length=500, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("điểm chấm")
        verbose_name_plural = _("điểm chấm")
        constraints = [models.UniqueConstraint(fields=["judge", "work", "criterion"], name="score_once")]

    def __str__(self) -> str:
        return f"{self.judge_id} · {self.work_id} · {self.criterion_id}"


class Award(models.Model):
    """Giải: proposed by the organiser when the result stands; ``activities`` makes commendations of them."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="awards")
    name = models.CharField(_("giải"), max_length=80)
    position = models.PositiveSmallIntegerField()
    contestant = models.ForeignKey(Contestant, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("thành tích"), max_length=300)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("giải thưởng")
        verbose_name_plural = _("giải thưởng")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contestant__isnull=False) | models.Q(team__isnull=False), name="award_to_somebody"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.contest}"


class LiveEvent(models.Model):
    """Thi tại chỗ: one big screen, many phones, one question at a time."""

    class State(models.TextChoices):
        LOBBY = "lobby", _("Chờ vào phòng")
        ASKING = "asking", _("Đang trả lời")
        SHOWN = "shown", _("Đang xem đáp án")
        ENDED = "ended", _("Đã kết thúc")

    title = models.CharField(_("tên"), max_length=160)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    contest = models.ForeignKey(Contest, models.PROTECT, null=True, blank=True, related_name="events")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    pin = models.CharField(max_length=6)
    """Typed on the phones; unique among events that have not ended."""
    seconds = models.PositiveSmallIntegerField(_("giây một câu"), default=20)
    state = models.CharField(_("trạng thái"), max_length=6, choices=State, default=State.LOBBY)
    items = models.JSONField(default=list)
    """As ``Sitting.items``: drawn when the event is made, the same for all."""
    position = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    """When the question at ``position`` was opened, by the server's clock."""
    host = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)
    """Counts every change of what the phones show."""

    class Meta:
        verbose_name = _("buổi thi tại chỗ")
        verbose_name_plural = _("buổi thi tại chỗ")
        constraints = [
            models.UniqueConstraint(fields=["pin"], condition=~models.Q(state="ended"), name="live_pin_once")
        ]

    def __str__(self) -> str:
        return self.title


class LivePlayer(models.Model):
    """One phone in a live event: a name of the person's choice, nothing else of them."""

    event = models.ForeignKey(LiveEvent, models.CASCADE, related_name="players")
    name = models.CharField(_("tên hiện trên màn hình"), max_length=40)
    folded = models.CharField(max_length=40)
    team = models.CharField(_("đội, lớp"), max_length=40, blank=True, default="")
    key = models.BinaryField(max_length=16, unique=True)
    """Digest of the key in the phone's cookie."""
    joined_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    """The host took a name off the screen."""

    class Meta:
        verbose_name = _("người chơi")
        verbose_name_plural = _("người chơi")
        constraints = [models.UniqueConstraint(fields=["event", "folded"], name="live_name_once")]

    def __str__(self) -> str:
        return self.name


class LiveAnswer(models.Model):
    """One phone's answer to one question, with the time the server took it; the first one counts."""

    player = models.ForeignKey(LivePlayer, models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    given = models.JSONField()
    share = models.FloatField()
    milliseconds = models.PositiveIntegerField()
    points = models.PositiveSmallIntegerField()
    """Share of 1000, of which half falls with the time used."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("câu trả lời tại chỗ")
        verbose_name_plural = _("câu trả lời tại chỗ")
        constraints = [models.UniqueConstraint(fields=["player", "position"], name="live_answer_once")]

    def __str__(self) -> str:
        return f"{self.player_id}:{self.position}"
