"""Writing pipelines as YAML: what is written reads back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.pipelines.source.emit import to_yaml
from antiphon.engine.pipelines.source.text import read_text
from antiphon.engine.pipelines.source.write import rename, write_bundle, write_pipeline
from antiphon.engine.source_text.yaml_nodes import to_plain
from antiphon.engine.source_text.yaml_reader import read_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
LINES = st.lists(st.sampled_from(["a", "", " b", "c ", "- d", "e: f", "# g"]), max_size=6)
SCALARS = TEXT | LINES.map("\n".join) | st.integers(-(10**9), 10**9) | st.booleans()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, VALUES, min_size=1, max_size=4))
def test_every_value_reads_back_as_it_was(value: dict):
    assert to_plain(read_yaml(to_yaml(value))) == value  # type: ignore[arg-type]


def test_a_text_of_several_lines_is_written_as_lines():
    assert to_yaml({"prompt": "One.\n\nTwo: three.\n"}) == "prompt: |\n  One.\n\n  Two: three.\n"
    assert to_yaml({"prompt": "One.\nTwo."}) == "prompt: |-\n  One.\n  Two.\n"
    assert to_yaml({"prompt": " One.\nTwo."}) == 'prompt: " One.\\nTwo."\n'
    assert to_yaml({"answer": "yes", "plain": "demo/terse"}) == 'answer: "yes"\nplain: demo/terse\n'


SOURCE = """\
# Kept by hand.
antiphon: pipeline/v1
name: "two
  lines"  # the name
steps:
  - {id: ask, type: broadcast, models: [demo/a], prompt: "name: no"}
"""


def test_another_name_leaves_the_rest_letter_for_letter():
    pipeline = read_text(SOURCE).pipeline
    assert pipeline is not None
    renamed = rename(SOURCE, pipeline, "Other: name")
    assert renamed == SOURCE.replace('"two\n  lines"  # the name', '"Other: name"')
    step = '{"id": "a", "type": "broadcast", "prompt": "b"}'
    flow = f'{{"antiphon": "pipeline/v1", "name": "x", "steps": [{step}]}}'
    other = read_text(flow).pipeline
    assert other is not None
    again = read_text(rename(flow, other, "y")).pipeline
    assert again == other.model_copy(update={"name": "y"})


def test_a_written_pipeline_reads_back_as_the_same():
    pipeline = read_text(SOURCE).pipeline
    assert pipeline is not None
    assert read_text(write_pipeline(pipeline)).pipeline == pipeline


def test_a_bundle_holds_every_text_letter_for_letter():
    texts = [SOURCE, SOURCE.replace("\n", "\r\n"), "\ttab"]
    plain = to_plain(read_yaml(write_bundle(texts)))  # type: ignore[arg-type]
    assert plain == {"antiphon": "pipelines/v1", "pipelines": texts}
