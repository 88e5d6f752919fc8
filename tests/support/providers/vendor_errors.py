"""Errors as vendors and gateways write them, wherever they put the words: for every adapter.

Each is a body, the kind of failure that its words or codes mean, and a part of what is shown.
"""

from __future__ import annotations

import json
from typing import Any

LONG = "This endpoint's maximum context length is 8192 tokens, you asked for 9000."
KEY = "sk-or-v1-0123456789abcdef0123"


def passed_on(raw: Any, message: str = "Provider returned error", code: int = 400) -> Any:
    """OpenRouter's shape of an error of the provider behind it."""
    metadata = {"raw": raw, "provider_name": "Crucible"}
    return {"error": {"message": message, "code": code, "metadata": metadata}}


RAW = {"error": {"message": LONG, "code": "context_length_exceeded"}}
BEHIND: dict[str, tuple[Any, str, str]] = {
    "json": (passed_on(json.dumps(RAW)), "context_length", LONG),
    "object": (passed_on(RAW), "context_length", LONG),
    "words": (passed_on(LONG), "context_length", LONG),
    "two gateways": (passed_on(json.dumps(passed_on(json.dumps(RAW)))), "context_length", LONG),
    "google": (
        passed_on('[{"error": {"code": 429, "message": "Slow", "status": "RESOURCE_EXHAUSTED"}}]'),
        "rate_limited",
        "Slow",
    ),
    "anthropic": (
        passed_on(
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        ),
        "overloaded",
        "Overloaded",
    ),
    "spent behind 502": (
        passed_on("Insufficient credits on this account", code=502),
        "quota",
        "Insuf",
    ),
    "model": (
        passed_on('{"detail": "The model gpt-4.1 does not exist"}'),
        "model_not_found",
        "gpt-4.1",
    ),
    "azure": (
        {
            "error": {
                "message": "The response was filtered",
                "code": "bad",
                "innererror": {"code": "ResponsibleAIPolicyViolation"},
            }
        },
        "content_filter",
        "was filtered",
    ),
    "json in the words": (
        {"error": {"message": f"OpenAIException - {json.dumps(RAW)}", "type": "upstream"}},
        "context_length",
        LONG,
    ),
    "upstream_error": (
        {"error": {"message": "Upstream failed", "upstream_error": {"message": "invalid api key"}}},
        "authentication",
        "invalid api key",
    ),
    "html": (passed_on("<html>oops</html>", "Wrong parameter"), "bad_request", "Wrong parameter"),
    "nothing": (passed_on(None, "Wrong parameter"), "bad_request", "Wrong parameter"),
}
"""Errors that a gateway passes on, as a refusal with status 400."""

OUTSIDE: dict[str, tuple[Any, str, str]] = {
    "minimax": (
        {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
        "quota",
        "insufficient balance",
    ),
    "minimax with usage": (
        {
            "choices": None,
            "usage": {"total_tokens": 0, "prompt_tokens": 0, "completion_tokens": 0},
            "base_resp": {"status_code": 1002, "status_msg": "rate limit, retry later"},
        },
        "rate_limited",
        "retry later",
    ),
    "siliconflow": (
        {"code": 20012, "message": "Model disabled."},
        "model_not_found",
        "Model disabled",
    ),
    "a header in a response": (
        {"response": {"header": {"code": 1008, "message": "insufficient balance"}}},
        "quota",
        "insufficient balance",
    ),
    "success false": (
        {"success": False, "msg": "Quota of your plan is used up"},
        "quota",
        "Quota of your plan is used up",
    ),
    "dashscope": (
        {"code": "InvalidApiKey", "message": "Invalid API-key provided.", "request_id": "7"},
        "authentication",
        "Invalid API-key provided",
    ),
    "baidu": (
        {"error_code": 18, "error_msg": "Open api qps request limit reached, too many requests"},
        "rate_limited",
        "qps",
    ),
    "cloudflare": (
        {
            "success": False,
            "errors": [{"code": 5007, "message": "No such model @cf/x"}],
            "result": {},
        },
        "model_not_found",
        "No such model",
    ),
    "tencent": (
        {"Response": {"Error": {"Code": "AuthFailure", "Message": "invalid credentials"}}},
        "authentication",
        "invalid credentials",
    ),
    "spark": (
        {"header": {"code": 10013, "message": "the prompt has sensitive content", "sid": "1"}},
        "content_filter",
        "sensitive content",
    ),
    "apigee": (
        {"fault": {"faultstring": "Rate limit quota violation", "detail": {"errorcode": "x"}}},
        "rate_limited",
        "quota violation",
    ),
    "problem details": (
        {"type": "about:blank", "title": "Payment", "status": 402, "detail": "Add credit first"},
        "quota",
        "Add credit first",
    ),
    "nest": ({"statusCode": 401, "message": "Who are you?"}, "authentication", "Who are you?"),
    "status failed": ({"status": "failed", "reason": "No capacity left"}, "overloaded", "capacity"),
    "unknown words": ({"code": 7, "msg": "Zut"}, "server_error", "Zut"),
}
"""Errors in a body of status 200, outside `error`."""

NO_ERRORS: dict[str, Any] = {
    "minimax is well": {"choices": [], "base_resp": {"status_code": 0, "status_msg": "success"}},
    "code 0": {"code": 0, "message": "ok", "choices": []},
    "code 200": {"code": "200", "msg": "Success", "success": True},
    "ping": {"type": "ping", "status": "in_progress"},
    "azure's filters": {"choices": [], "prompt_filter_results": [{"content_filter_results": {}}]},
    "an empty error": {"choices": [], "error": None, "errors": []},
}
"""Events that say nothing and are no errors."""
