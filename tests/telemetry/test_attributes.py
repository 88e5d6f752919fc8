"""Attributes have the names of the conventions."""

from __future__ import annotations

from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from opentelemetry.semconv.attributes import error_attributes, http_attributes

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.observer import EndedRequest, SentRequest
from antiphon.model.values.usage import Usage
from antiphon.telemetry import attributes


def send(provider: str = "openai", **params: object) -> SentRequest:
    request = ChatRequest("m", [ChatTurn("system", "be kind"), ChatTurn("user", "hi")], params)
    return SentRequest(provider, "m", 1, None, request, lambda text: text.replace("hi", "[key]"))


def test_each_name_is_one_of_the_installed_conventions() -> None:
    known = {value for value in vars(gen_ai_attributes).values() if isinstance(value, str)}
    assert known >= attributes.STANDARD_NAMES
    assert attributes.ERROR_TYPE == error_attributes.ERROR_TYPE
    assert attributes.HTTP_STATUS == http_attributes.HTTP_RESPONSE_STATUS_CODE
    assert attributes.RESENDS == http_attributes.HTTP_REQUEST_RESEND_COUNT


def test_only_parameters_that_are_numbers_are_described() -> None:
    sent = send(temperature=0.5, seed=7, stop=["secret"], max_tokens=True, top_p="x")
    found = attributes.describe_request(sent, "s", content=False)
    assert found["gen_ai.request.temperature"] == 0.5
    assert found["gen_ai.request.seed"] == 7
    assert "gen_ai.request.max_tokens" not in found
    assert "gen_ai.request.top_p" not in found
    assert "secret" not in str(found)


def test_vendors_have_the_names_of_the_conventions() -> None:
    names = {
        each: attributes.describe_request(send(each), "s", content=False)[attributes.PROVIDER]
        for each in ("openai", "gemini", "mistral", "xai", "groq", "my-own")
    }
    known = {each.value for each in gen_ai_attributes.GenAiProviderNameValues}
    assert names.pop("my-own") == "my-own"
    assert set(names.values()) <= known


def test_content_is_described_without_keys_and_only_if_it_is_wanted() -> None:
    found = attributes.describe_request(send(), "s", content=True)
    assert "be kind" in found[attributes.SYSTEM]
    assert "[key]" in found[attributes.INPUT_MESSAGES]
    assert "be kind" not in found[attributes.INPUT_MESSAGES]
    end = EndedRequest(None, None, "stop", True, 0.1, Usage(), None, "hi there")
    told = attributes.describe_end(end, send().clean, content=True)
    assert "[key] there" in told[attributes.OUTPUT_MESSAGES]
    without = attributes.describe_end(end, send().clean, content=False)
    assert attributes.OUTPUT_MESSAGES not in without
