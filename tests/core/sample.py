"""A ledger that belongs to no app: what the shared pages need, and nothing else."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from qingfeng.core.access import EVERY_ROW, Bar, Grant, Policy
from qingfeng.core.columns import Column
from qingfeng.core.commands import command
from qingfeng.core.errors import Refused
from qingfeng.core.ledger import Filter, Ledger, Order, View
from qingfeng.core.models.record import Record
from qingfeng.core.workflow import REASON, Guard, Kind, Move, Workflow
from qingfeng.trail import EventKind


class State(models.TextChoices):
    OPEN = "open", "开着"
    DONE = "done", "办完"


class Doc(Record):
    ledger: ClassVar[str] = "doc"
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default=State.OPEN)
    due_on = models.DateField()
    campaign = models.IntegerField(default=1)
    province = models.IntegerField(default=1)
    prefecture = models.IntegerField(default=1)
    quantity = models.IntegerField(null=True)
    is_urgent = models.BooleanField(default=False)
    is_sealed = models.BooleanField(default=False)

    class Meta:
        app_label = "sample"
        indexes = [
            models.Index(fields=["campaign", "due_on", "id"], name="doc_nation"),
            models.Index(fields=["campaign", "province", "due_on", "id"], name="doc_province"),
            models.Index(fields=["campaign", "prefecture", "due_on", "id"], name="doc_prefecture"),
        ]
        constraints = [models.UniqueConstraint(fields=["title"], name="one_title")]

    def __str__(self):
        return self.title


class Action(StrEnum):
    VIEW = "view"
    WORK = "work"


#: actor's id -> arms that open rows for viewing, and for working.
VIEWS: dict[int, list[Q]] = {}
WORKS: dict[int, list[Q]] = {}

docs = Policy(
    Doc,
    view=Action.VIEW,
    grants={
        Action.VIEW: Grant([lambda actor: VIEWS.get(actor.id, [])], "读者"),
        Action.WORK: Grant([lambda actor: WORKS.get(actor.id, [])], "经办人"),
    },
    bars=[Bar("sealed", lambda _actor: Q(is_sealed=True), "已密封")],
)
#: Sentences that the catalogue has.
FINISHED = EventKind("doc.finished", gettext_lazy("reported the duty"))
REOPENED = EventKind("doc.reopened", gettext_lazy("reopened the duty"))
WRITTEN = EventKind("doc.written", gettext_lazy("started work on the duty"))
READ = EventKind("doc.read", gettext_lazy("accepted the report"), reads=True)

HAS_QUANTITY = Guard("has_quantity", lambda _actor, doc: doc.quantity is not None, "还没有数量")

life = Workflow(
    policy=docs,
    states=State,
    kinds={State.OPEN: Kind.ACTIVE, State.DONE: Kind.DONE},
    initial=State.OPEN,
    moves=[
        Move("finish", [State.OPEN], State.DONE, Action.WORK, FINISHED, "办结", [HAS_QUANTITY],
             forward=True),
        Move("reopen", [State.DONE], State.OPEN, Action.WORK, REOPENED, "重开", asks=[REASON]),
    ],
)  # fmt: skip


@command
def enter(*, actor, row):
    docs.scope(actor, Action.WORK)
    if row["title"].startswith("拒"):
        raise Refused("这个标题不收", field="title")
    doc = Doc(**{name: value for name, value in row.items() if value is not None})
    doc.save()
    WRITTEN.record(actor=actor.id, subject=doc.subject, unit=None, data={})
    return doc


def provinces(_actor, texts):
    return {text: int(text.removeprefix("省")) for text in texts if text.startswith("省")}


columns = [
    Column("title", "标题", in_template=True, required=True, hint="一句话"),
    Column("due_on", "期限", "date", in_template=True, required=True, order="due"),
    Column("state", "状态", "state"),
    Column("province", "省份", in_template=True, lookup=provinces, order="latest"),
    Column("quantity", "数量", "number", in_template=True),
    Column("is_urgent", "加急", "yesno", in_template=True),
    Column("campaign", "活动", "choice", in_template=True, in_list=False,
           choices=lambda: [(1, "第一批"), (2, "第二批")]),
]  # fmt: skip

ledger = Ledger(
    key="doc",
    title="文件台账",
    policy=docs,
    workflow=life,
    columns=columns,
    orders=[
        Order("due", "期限由近到远", ("due_on", "id")),
        Order("latest", "期限由远到近", ("-due_on", "-id")),
    ],
    views=[
        View("all", "全部", lambda _actor: EVERY_ROW),
        View("open", "在办", lambda _actor: Q(state=State.OPEN)),
    ],
    filters=[
        Filter("state", "状态", lambda _actor: State.choices, lambda value: Q(state=value)),
        Filter("since", "期限起", None, lambda value: Q(due_on__gte=value), kind="date"),
    ],
    scope="campaign",
    facts=columns,
    importer=enter,
    imports=Action.WORK,
    search=lambda text: Q(title__contains=text),
)
