"""Tasks: the clauses that ask a unit to act, with who, by when and how much; the rest is kept, marked."""

from __future__ import annotations

import re
from dataclasses import replace

from qingfeng.engines.notice.actors import helpers, only_persons, roles, subject
from qingfeng.engines.notice.clauses import (
    ACHIEVED_HEAD,
    BACKGROUND_HEAD,
    LONGEST,
    clauses,
    is_frame,
    is_optional,
    points,
    remark_kind,
    sentences,
)
from qingfeng.engines.notice.dates import Calendar, deadline_of
from qingfeng.engines.notice.findings import (
    Bearing,
    Deadline,
    Finding,
    Phase,
    Remark,
    RemarkKind,
    Section,
    Task,
    Timing,
)
from qingfeng.engines.notice.labels import in_bracket
from qingfeng.engines.notice.normal import Matching, simplified
from qingfeng.engines.notice.outline import Block
from qingfeng.engines.notice.quantities import quantities
from qingfeng.engines.notice.stretches import Stretch, stretches
from qingfeng.engines.notice.units import Names

_ABOVE = re.compile(
    r"(?:以上|上述)(?:各?项)?(?:工作|任务|事项|措施)[^。]{0,10}(?:于|在)?[^。]*(?:前|内|底)[^。]{0,4}完成"
)
_ASSIGNS = re.compile(
    r"(?:(?:此项|该项|本项|上述|以上)?(?:工作|任务)?,?)由[^,。;]{2,40}(?:牵头|负责|主办)|[^,。;对]{2,60}(?:牵头|主办)(?:负责|落实)?(?:,[^,。;]{2,60}(?:配合|参加|参与|协助|负责|落实))*$|[^,。;对]{2,60}按(?:照)?职责分工负责$"
)
_PLACE_ACTS = re.compile(
    r"(?:与此同时,|同时,)?[\u4e00-\u9fff]{1,7}[省市县区州盟旗](?=抽调|组织|成立|制定|建立|召开|开展|出台|印发|举办|实行)"
)
_SPEAKS = re.compile(
    r"^(?:会议|大会|通知|意见|方案|[^,。:]{2,16}(?:提出|强调|要求|指出))(?:强调|要求|指出|提出|明确)?[,:]\s?"
)


class _Reader:
    def __init__(
        self,
        view: Matching,
        items: list[Block],
        sections: list[Section],
        phases: list[Phase],
        calendar: Calendar,
        body_from: int,
    ) -> None:
        self.view = view
        self.text = view.text
        self.items = items
        self.sections = sections
        self.phases = phases
        self.calendar = calendar
        self.body_from = body_from
        self.tasks: list[Task] = []
        self.remarks: list[Remark] = []
        self.same_below: Names | None = None
        self._kinds = self._kinds_of_sections()
        self._staged: set[int] = set()
        self._united: int | None = -1
        self._first = 0
        self._stop = len(view.text.rstrip())
        self._cut_off = view.text.count("。") >= 3 and view.text.rstrip()[-1:] not in tuple(
            "。;!?)”》"
        )

    def _kinds_of_sections(self) -> list[str]:
        """'achieved', 'background' or '' for each section; a child inherits from its parents."""
        out: list[str] = []
        stack: list[tuple[int, str]] = []
        for section in self.sections:
            while stack and stack[-1][0] >= section.level:
                stack.pop()
            inherited = stack[-1][1] if stack else ""
            heading = re.sub(r"\s", "", simplified(section.heading))
            kind = inherited
            if not kind and "充分肯定" in heading:
                kind = "achieved"
            elif (
                not kind
                and BACKGROUND_HEAD.search(heading)
                and not re.search(r"压实|落实[^,]*责任", heading)
            ):
                kind = "background"
            elif inherited == "achieved" or (
                ACHIEVED_HEAD.search(heading) and inherited == "achieved"
            ):
                kind = "achieved"
            # 总体要求 holds purpose and goals, and now and then duties under a heading of their own.
            stack.append((section.level, kind))
            out.append(kind)
        return out

    def read(self) -> None:
        for item in stretches(self.view, self.items, self.calendar, self.body_from):
            self._item(item)

    def _item(self, item: Stretch) -> None:
        size = item.end - item.start
        kind = (
            self._kinds[item.section]
            if item.section is not None and item.section < len(self._kinds)
            else ""
        )
        if item.whole:
            self._united = item.section if item.numbered else None
            if size <= LONGEST + 5:
                self._whole(item)
            else:
                for a, b in self._packed(item):
                    self._add(a, b, item, item.names or Names(), "a part of " + item.reason, 0.85)
            return
        pieces: list[tuple[int, int, bool]] = []
        marks = points(self.view, item.start, item.end)
        at = item.start
        for mark in [*marks, item.end]:
            if mark > at:
                pieces.append((at, mark, at != item.start))
            at = mark
        if item.numbered and item.section == self._united and len(marks) == 0 and size <= LONGEST:
            # Its neighbours in the list are duties with units; so is this one, whose units are missing.
            found = sentences(self.view, item.start, item.end)
            if len(found) == 1:
                self._add(*found[0], item, Names(), "numbered among duties", 0.6)
                return
        carried: Names | None = None
        self._first = len(self.tasks)
        for a, b, pointed in pieces:
            found = sentences(self.view, a, b)
            if pointed and b - a <= LONGEST + 5 and found and kind != "achieved":
                start, end = found[0][0], found[-1][1]
                acting = subject(self.view, start, end)
                names = acting[0] if acting else carried
                self._add(
                    start,
                    end,
                    item,
                    names or Names(),
                    "an item of a count in running text",
                    0.8,
                    carried=acting is None and names is not None,
                )
                continue
            for start, end in found:
                carried = self._sentence(start, end, item, kind, carried)

    def _packed(self, item: Stretch) -> list[tuple[int, int]]:
        """Sentences of a long item, none longer than a task may be."""
        out: list[tuple[int, int]] = []
        for a, b in sentences(self.view, item.start, item.end):
            out += clauses(self.view, a, b)
        return out

    def _whole(self, item: Stretch) -> None:
        found = sentences(self.view, item.start, item.end)
        if not found:
            return
        self._add(found[0][0], found[-1][1], item, item.names or Names(), item.reason, 0.95)

    def _sentence(
        self, start: int, end: int, item: Stretch, kind: str, carried: Names | None
    ) -> Names | None:
        """Reads one sentence; returns the units that the next one may inherit."""
        if self._cut_off and end >= self._stop:
            # A text that breaks off: what stands complete before the last comma is kept.
            comma = max((m.start() for m in re.finditer(",", self.text[start:end])), default=0)
            if comma < 30:
                self._remark(
                    start,
                    end,
                    item.section,
                    RemarkKind.BACKGROUND,
                    "breaks off at the end of the text",
                )
                return carried
            end = start + comma
        spoken = _SPEAKS.match(self.text[start:end])
        if spoken and spoken.end() < end - start - 4:
            start += spoken.end()
        words = self.text[start:end]
        if _ABOVE.search(words):
            due = deadline_of(self.view, start, end, self.calendar)
            if due:
                self.tasks = [
                    replace(
                        task,
                        deadline=replace(due, confidence=0.8, reason="said of all the work above"),
                    )
                    if task.section == item.section and task.deadline is None
                    else task
                    for task in self.tasks
                ]
                self._remark(
                    start, end, item.section, RemarkKind.BACKGROUND, "dates the tasks above it"
                )
                return carried
        if _ASSIGNS.match(words) and len(self.tasks) > self._first and len(words) <= 80:
            named = in_bracket(
                self.view, start + (2 if words.startswith("此") else 0), end, first_leads=False
            )
            if named:
                self._assign(named[0], deadline_of(self.view, start, end, self.calendar))
                self._remark(
                    start,
                    end,
                    item.section,
                    RemarkKind.BACKGROUND,
                    "names the units of the clauses before it",
                )
                return carried
        parts = clauses(self.view, start, end)
        due_all = deadline_of(self.view, start, end, self.calendar)
        for a, b in parts:
            clause = self.text[a:b]
            acting = subject(self.view, a, b)
            acting = acting or self._later_subject(a, b)
            due = deadline_of(self.view, a, b, self.calendar)
            count = quantities(self.view, a, b)
            why = remark_kind(
                clause,
                achieved=kind == "achieved",
                background=kind == "background",
                has_subject=acting is not None,
                dated=due is not None,
                counted=any("%" in q.text or "％" in q.text or "百分之" in q.text for q in count),
            )
            if (
                item.section is None
                and self.sections
                and why is None
                and not self._before_body_ok(clause)
            ):
                why = RemarkKind.BACKGROUND
            if why is None and item.names is None and item.numbered and is_frame(clause):
                why = RemarkKind.BACKGROUND
            if why is not None:
                self._remark(a, b, item.section, why, _WHY[why])
                continue
            if acting and carried and only_persons(acting[0]):
                acting = carried, 0  # the head of the unit that the sentence before named
            if acting is None and _PLACE_ACTS.match(clause):
                carried = None
            names, inherited = (
                (acting[0], False) if acting else (carried or Names(), carried is not None)
            )
            setting_up = roles(self.view, a, b)
            if setting_up.leads and not acting:
                names, inherited = Names(setting_up.leads, names.supports), False
            elif setting_up.leads and re.search(r"设在|任组长", clause):
                names = Names(setting_up.leads, ())
            asked = next(
                (
                    found
                    for m in re.finditer(r",(?=请)", clause)
                    if (found := subject(self.view, a + m.end(), b))
                ),
                None,
            )
            if asked:
                names, inherited = asked[0], False
            names = Names(names.leads, names.supports if not inherited else ())
            names = Names(names.leads, _without(names.supports + setting_up.supports, names.leads))
            if (
                due is None
                and due_all is not None
                and len(parts) > 1
                and (not acting or any("%" in q.text for q in count))
            ):
                due = due_all
            self._add(
                a,
                b,
                item,
                names,
                "asks for action",
                0.8 if acting else 0.65,
                due=due,
                carried=inherited,
            )
            if acting:
                carried = acting[0]
        return carried

    def _assign(self, names: Names, due: Deadline | None) -> None:
        """Gives the units of a closing 由…负责 sentence to the clauses of its item that name none."""
        for i in range(self._first, len(self.tasks)):
            task = self.tasks[i]
            if not task.leads or task.leads[0].confidence < 0.6:
                task = replace(task, leads=names.leads, supports=names.supports)
            self.tasks[i] = replace(task, deadline=task.deadline or due)

    def _before_body_ok(self, clause: str) -> bool:
        """In front of the first heading only what names a unit under a modal is a task."""
        return bool(re.search(r"要|应|须|负责|成立", clause)) and not is_frame(clause)

    def _later_subject(self, start: int, end: int) -> tuple[Names, int] | None:
        """A unit that acts after opening adverbials (对…,业务主管部门要…), or that 由 names."""
        for comma in re.finditer(r",|(?=由)", self.text[start:end]):
            at = start + comma.end()
            found = subject(self.view, at, end)
            if found:
                return found
        return None

    def _add(
        self,
        start: int,
        end: int,
        item: Stretch,
        names: Names,
        reason: str,
        confidence: float,
        *,
        due: Deadline | None = None,
        carried: bool = False,
    ) -> None:
        a, b = self.view.span(start, end)
        due = due or deadline_of(self.view, start, end, self.calendar) or item.due
        stage = self._stage(item.section)
        if due is None and stage is not None and stage not in self._staged:
            due = self._window(stage)
        if stage is not None:
            self._staged.add(stage)
        supports = _without(
            names.supports + (helpers(self.view, start, end) if not item.whole else ()), names.leads
        )
        leads = (
            tuple(
                replace(one, confidence=0.55, reason="named in the sentence before")
                for one in names.leads
            )
            if carried
            else names.leads
        )
        self.tasks.append(
            Task(
                a,
                b,
                self.view.source[a:b],
                confidence,
                reason,
                section=item.section,
                stage=stage,
                leads=leads,
                supports=supports,
                deadline=due,
                quantities=quantities(self.view, start, end),
                bearing=Bearing.OPTIONAL
                if is_optional(self.text[start:end])
                else Bearing.PRESCRIBED,
            )
        )

    def _stage(self, section: int | None) -> int | None:
        """The phase whose section, or a section above it, holds the task."""
        at = section
        while at is not None:
            for number, phase in enumerate(self.phases):
                if phase.section == at:
                    return number
            level = self.sections[at].level
            at = next((i for i in range(at - 1, -1, -1) if self.sections[i].level < level), None)
        return None

    def _window(self, stage: int) -> Deadline | None:
        """A stage's own window, for the first duty in it; the others carry the stage itself."""
        phase = self.phases[stage]
        if phase.begins is None or phase.ends is None or phase.section is None:
            return None
        a, b = phase.begins.start, phase.ends.end
        return Deadline(
            a,
            b,
            self.view.source[a:b],
            0.7,
            "the window of the stage",
            timing=Timing.RANGE,
            begins=phase.begins.begins,
            on=phase.ends.on,
            why_not=phase.ends.why_not,
        )

    def _remark(
        self, start: int, end: int, section: int | None, kind: RemarkKind, reason: str
    ) -> None:
        a, b = self.view.span(start, end)
        self.remarks.append(
            Remark(a, b, self.view.source[a:b], 0.7, reason, section=section, kind=kind)
        )


_WHY = {
    RemarkKind.BACKGROUND: "sets out purpose or frame, asks for nothing",
    RemarkKind.ACHIEVEMENT: "reports what was done",
    RemarkKind.EXHORTATION: "calls on attitude, names no act",
}


def _without(names: tuple[Finding, ...], taken: tuple[Finding, ...]) -> tuple[Finding, ...]:
    seen = {one.text for one in taken}
    out: list[Finding] = []
    for one in names:
        if one.text not in seen:
            seen.add(one.text)
            out.append(one)
    return tuple(out)


def tasks(
    view: Matching,
    items: list[Block],
    sections: list[Section],
    phases: list[Phase],
    calendar: Calendar,
    body_from: int,
) -> tuple[list[Task], list[Remark]]:
    """Every duty of the notice in text order, and every sentence that is none, marked why.

    Args:
        view: the matching copy.
        items: the outline's blocks.
        sections: the headings.
        phases: the stages.
        calendar: the document's own year.
        body_from: where the text proper begins in the matching copy, after title and addressees.
    """
    reader = _Reader(view, items, sections, phases, calendar, body_from)
    reader.read()
    return reader.tasks, reader.remarks
