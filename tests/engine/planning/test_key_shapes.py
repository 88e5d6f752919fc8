"""What looks like a key is found, and what does not is left in peace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.planning.secret_scan import find_shapes

RANDOM = "Zx81kQp0LmN7vTr3WsYd5GbH2"
KEYS = {
    f"sk-proj-{RANDOM}": "an OpenAI key",
    f"sk-ant-api03-{RANDOM}": "an Anthropic key",
    f"sk-or-v1-{RANDOM}": "an OpenRouter key",
    f"gsk_{RANDOM}": "a Groq key",
    f"AIzaSy{RANDOM}aB3dE6f": "a Google key",
    f"xai-{RANDOM}": "an xAI key",
    f"hf_{RANDOM}": "a Hugging Face token",
    f"ghp_{RANDOM}aB3dE6f": "a GitHub token",
    f"github_pat_{RANDOM}aB3dE6f": "a GitHub token",
    f"glpat-{RANDOM}": "a GitLab token",
    f"pplx-{RANDOM}": "a Perplexity key",
    f"nvapi-{RANDOM}": "an NVIDIA key",
    f"xoxb-1234-{RANDOM}": "a Slack token",
    f"sk_live_{RANDOM}": "a Stripe key",
    "AKIAQ7Z3MXJ5N2RVP4TW": "an AWS key",
    f"Authorization: Bearer {RANDOM}": "a bearer token",
    f"eyJhbGciOiJI.eyJzdWIiOiIx.{RANDOM}": "a JSON Web Token",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE": "a private key",
    "sk-proj-abcdefghijklmnopqrstuvwxyz1234567890": "an OpenAI key",
    f"MISTRAL_API_KEY={RANDOM}": "a secret",
    f"'DB_PASSWORD': '{RANDOM}'": "a secret",
}
HARMLESS = [
    "a task-oriented-risk-averse-and-very-long-hyphenated-word-2024",
    "sk-your-key-here-0123456789abcdef", "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "sk-...",
    "AKIAIOSFODNN7EXAMPLE", "OPENAI_API_KEY=sk-", 'api_key = os.environ["OPENAI_API_KEY"]',
    "PRIMARY_KEY = another_very_long_identifier_name", "the eye of eyJ", "Bearer of bad news",
    "def sort_by_key(token_of_the_session): pass", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4",
    "PUBLIC_KEY=some/path/to/the/file.pem", "-----BEGIN CERTIFICATE-----",
    "grep -n 'PRIVATE KEY-----' file", "MAX_TOKEN=1000000000000000000000",
    "SESSION_KEY=abcdefghijklmnopqrstuvwxyz0123456789",
]  # fmt: skip


@pytest.mark.parametrize("text", KEYS)
@pytest.mark.parametrize("around", ["{}", 'x = "{}"\n', "see {}.", "```\n{}\n```"])
def test_a_key_is_found_and_called_by_its_name(text, around):
    whole = around.format(text)
    found = list(find_shapes(whole))
    assert KEYS[text] in [each.name for each in found]
    assert all(0 <= each.start < each.end <= len(whole) for each in found)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_key_is_left_in_peace(text):
    assert list(find_shapes(text)) == []


def test_every_place_is_found():
    text = "\n".join([f"gsk_{RANDOM}", "nothing", f"gsk_{RANDOM}9"])
    starts = [each.start for each in find_shapes(text)]
    assert starts == [0, text.index("gsk_", 1)]


@given(st.text(max_size=60) | st.text(alphabet="sk-_gAIza PRIVATEKEY=.:\n", max_size=60))
def test_any_text_is_read_to_its_end(text):
    assert all(each.end <= len(text) for each in find_shapes(text))


@pytest.mark.parametrize("run", ["sk-", "AIza", "-eyJ", "_KEY", "xoxb-", "A_KEY="])
def test_a_text_of_nothing_but_beginnings_is_looked_through_once(run):
    assert list(find_shapes(run * 20_000)) == []
