"""Refusals as Google writes them: `google.rpc.Status` with typed details.

https://cloud.google.com/apis/design/errors and https://ai.google.dev/gemini-api/docs/troubleshooting
"""

from __future__ import annotations

import json
from typing import Any

TYPES = "type.googleapis.com/google.rpc."
Refusal = tuple[int, bytes, dict[str, str]]


def status(code: int, name: str, message: str, *details: dict[str, Any], **headers: str) -> Refusal:
    """A refusal with that HTTP status."""
    error = {"code": code, "message": message, "status": name, "details": list(details)}
    return code, json.dumps({"error": error}).encode(), headers


def info(reason: str) -> dict[str, Any]:
    """Why, as a word."""
    return {"@type": f"{TYPES}ErrorInfo", "reason": reason, "domain": "googleapis.com"}


def retry(delay: str) -> dict[str, Any]:
    """When to ask again."""
    return {"@type": f"{TYPES}RetryInfo", "retryDelay": delay}


def quota(name: str) -> dict[str, Any]:
    """Which quota is used up."""
    return {"@type": f"{TYPES}QuotaFailure", "violations": [{"quotaId": name}]}


SPENT = "You exceeded your current quota, please check your plan and billing details."
EXHAUSTED = "RESOURCE_EXHAUSTED"
TOO_LONG = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
TOKENS = "GenerateContentInputTokensPerModelPerMinute-FreeTier"

GEMINI_REFUSALS: dict[str, Refusal] = {
    "s400": status(400, "INVALID_ARGUMENT", "Bad\nparameter 'foo'"),
    "s400ctx": status(400, "INVALID_ARGUMENT", TOO_LONG),
    "s400key": status(
        400,
        "INVALID_ARGUMENT",
        "API key not valid. Please pass a valid API key.",
        info("API_KEY_INVALID"),
    ),
    "s400place": status(
        400, "FAILED_PRECONDITION", "User location is not supported for the API use."
    ),
    "s401": status(401, "UNAUTHENTICATED", "Request had invalid authentication credentials"),
    "s403": status(403, "PERMISSION_DENIED", "Generative Language API has not been used"),
    "s404": status(404, "NOT_FOUND", "models/s404 is not found for API version v1beta"),
    "s404path": (404, b"<h1>Not Found</h1>", {}),
    "s405": (405, b"", {}),
    "s408": status(408, "CANCELLED", "Request timed out"),
    "s409": status(409, "ABORTED", "Conflict"),
    "s413": (413, b"<html>413 Request Entity Too Large</html>", {}),
    "s422": (422, b'{"detail": [{"loc": ["body"], "msg": "Extra inputs", "type": "x"}]}', {}),
    "s429": status(429, EXHAUSTED, "Resource has been exhausted (e.g. check quota)."),
    "s429ra1": status(429, EXHAUSTED, SPENT, quota(MINUTE), retry("1s")),
    "s429ra300": status(429, EXHAUSTED, SPENT, quota(MINUTE), retry("300s")),
    "s429ms": status(429, EXHAUSTED, SPENT, quota(MINUTE), retry("0.25s")),
    "s429header": status(429, EXHAUSTED, SPENT, quota(MINUTE), Retry_After="7"),
    "s429quota": status(429, EXHAUSTED, SPENT, quota(DAY), retry("21s")),
    "s429zero": status(429, EXHAUSTED, f"{SPENT} * Quota exceeded, limit: 0, model: x"),
    "s429tokens": status(429, EXHAUSTED, SPENT, quota(TOKENS), retry("21.5s")),
    "s429odd": status(429, EXHAUSTED, "Slow down", {"@type": 7}, retry("soon")),
    "s500": status(500, "INTERNAL", "An internal error has occurred"),
    "s502html": (502, b"<html><h1>502 Bad Gateway</h1></html>", {}),
    "s503": status(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    "s504": status(504, "DEADLINE_EXCEEDED", "Deadline expired"),
    "s529": (529, b'{"error": "Overloaded"}', {}),
}
