"""Other people's tools to compare with, in an environment of their own under `.cache`.

Installed once, with uv, by the first benchmark that needs them; never into the project's own.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from benchmarks.harness.bench import CACHE, ROOT

if TYPE_CHECKING:
    from benchmarks.harness.bench import Bench

MISSING: Final = "Skipped: the `llm` CLI and the `openai` SDK could not be installed here."
_PACKAGES: Final = ("llm==0.36", "openai", "pygls>=2.1,<3")
_FOLDER: Final = CACHE / "foreign"
_MODELS: Final = """\
- model_id: {model}
  model_name: {model}
  api_base: http://127.0.0.1:{port}/v1
"""


def python() -> str | None:
    """The interpreter that has the `openai` SDK and pygls; `None` where it cannot be had."""
    found = _FOLDER / "bin" / "python"
    return str(found) if (_FOLDER / "ready").exists() or _install() else None


def llm(bench: Bench, model: str) -> tuple[list[str], dict[str, str]] | None:
    """Command and environment of the `llm` CLI with one model of the vendor's."""
    if python() is None:
        return None
    folder = bench.home / "llm"
    folder.mkdir(exist_ok=True)
    models = _MODELS.format(model=model, port=bench.port)
    (folder / "extra-openai-models.yaml").write_text(models)
    command = [str(_FOLDER / "bin" / "llm"), "-m", model, "hello"]
    return command, {**bench.env, "LLM_USER_PATH": str(folder)}


def _install() -> bool:
    own = ROOT / ".uv" / "bin" / "uv"
    uv = str(own) if own.exists() else shutil.which("uv")
    if uv is None:
        return False
    environment = str(_FOLDER / "bin" / "python")
    if _FOLDER.exists():
        shutil.rmtree(_FOLDER)
    made = _runs(uv, "venv", "--quiet", str(_FOLDER))
    install = ("pip", "install", "--quiet", "--compile-bytecode", "--python", environment)
    if not made or not _runs(uv, *install, *_PACKAGES):
        return False
    (_FOLDER / "ready").touch()
    return True


def _runs(*command: str) -> bool:
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, timeout=300)
    return done.returncode == 0
