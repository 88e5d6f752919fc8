"""Rehearses deploy/: builds its images and runs them as compose.yaml says. See docs/deploying.md.

    python -m scripts.images [server] [proxy] [editor]

It needs root on a Debian with buildah and mmdebstrap, and takes minutes. The results stay in
`.cache/images` of the checkout.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from scripts.images.builder import Builder

ROOT: Final = Path(__file__).resolve().parents[2]
LARGEST_BYTES: Final = {"server": 200_000_000}
_TOOLS: Final = ("buildah", "mmdebstrap", "unshare", "setpriv", "ip", "openssl", "curl")
_AUTHORITIES: Final = Path("/usr/local/share/ca-certificates")
_VARIABLES: Final = {
    "MODELS_HOST": "models.test",
    "EDITOR_HOST": "code.test",
    "BASE_IMAGE": "as built",
    "EDITOR_EXTRA_CA": "/run/secrets/proxy_certificate",
}


def main() -> int:
    """Builds and runs the images that are named, by default the server and the proxy."""
    missing = [each for each in _TOOLS if shutil.which(each) is None]
    if os.geteuid() != 0 or missing:
        sys.exit(f"This needs root, and these programs: {', '.join(missing) or 'all are there'}.")
    builder = Builder(ROOT, ROOT / ".cache" / "images")
    base = builder.ensure_base(sorted(_AUTHORITIES.glob("*.crt")))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o711)
        names = sys.argv[1:] or ("server", "proxy")
        try:
            images = {name: _build(builder, name, base) for name in names}
            variables = str(folder / "variables")
            return _run(folder, {"folder": made, "variables": variables, "images": images})
        finally:
            builder.clear()


def _build(builder: Builder, name: str, base: str) -> dict[str, object]:
    image = builder.build(name, base)
    size, config = builder.describe(image)
    print(f"{name}: {size / 1e6:.0f} MB", flush=True)
    if size > LARGEST_BYTES.get(name, size):
        sys.exit(f"The image is larger than {LARGEST_BYTES[name] / 1e6:.0f} MB.")
    return {"root": builder.mount(image), "config": config}


def _run(folder: Path, plan: dict[str, object]) -> int:
    variables = "".join(f"{name}={value}\n" for name, value in _VARIABLES.items())
    (folder / "variables").write_text(variables)
    (folder / "plan.json").write_text(json.dumps(plan))
    subprocess.run(
        [ROOT / "deploy" / "make_secrets.sh", "models.test", "code.test"],
        env={**os.environ, "SECRETS_FOLDER": str(folder / "secrets")},
        check=True,
    )
    command = [sys.executable, "-m", "scripts.images.rehearsal", str(folder / "plan.json")]
    return subprocess.run(
        ["unshare", "--net", "--mount", *command], check=False, cwd=ROOT
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
