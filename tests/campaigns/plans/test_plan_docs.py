from pathlib import Path

from qingfeng.campaigns.plans.docs import docs_page
from qingfeng.campaigns.plans.reader import read, schema

DOCS = Path(__file__).parents[3] / "docs"


def test_the_reference_page_is_what_the_schema_says():
    text = (DOCS / "reference/plan-file.md").read_text(encoding="utf-8")
    assert text.endswith(docs_page().rstrip() + "\n")


def test_the_page_names_every_field():
    page = docs_page()

    def names(node):
        for name, field in node.get("properties", {}).items():
            yield name
            yield from names(field) if isinstance(field, dict) else ()

    of = schema()
    for name in {*names(of), *(n for d in of["$defs"].values() for n in names(d))}:
        assert f"| `{name}` |" in page, name


def test_every_link_within_the_page_leads_to_a_heading():
    page = docs_page()
    headings = {
        line.removeprefix("## ").lower().replace("(", "").replace(")", "").replace("`", "")
        .replace(" ", "-")
        for line in page.splitlines()
        if line.startswith("## ")
    }  # fmt: skip
    linked = {part.split(")")[0] for part in page.split("](#")[1:]}
    assert linked <= headings


def test_the_example_of_the_how_to_is_a_good_plan():
    page = (DOCS / "how-to/write-a-plan.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert read(example).key == "file-review"
