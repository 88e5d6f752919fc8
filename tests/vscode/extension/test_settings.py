"""Settings, keys and what happens where nothing is set."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from support.vscode.code_server import ROOT
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

NO_KEY = {
    "type": "openai",
    "baseUrl": "http://127.0.0.1:9/v1",
    "apiKeyEnv": "NO_SUCH_KEY",
    "models": ["one"],
}
MANIFEST = json.loads((ROOT / "vscode-extension" / "package.json").read_text())
GENERATED = {
    name: setting
    for group in MANIFEST["contributes"]["configuration"][1:]
    for name, setting in group["properties"].items()
}


def test_the_settings_of_the_manifest_are_those_of_the_server() -> None:
    script = ROOT / "scripts" / "generate_vscode_settings.py"
    checked = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_every_setting_is_described_and_only_the_user_names_addresses_and_files() -> None:
    assert all(setting["markdownDescription"] for setting in GENERATED.values())
    machine = {name for name, setting in GENERATED.items() if setting["scope"] == "machine"}
    assert {"antiphon.providers", "antiphon.history.url", "antiphon.log.file"} <= machine
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert machine <= set(restricted)


def test_no_key_is_offered_a_place_in_a_settings_file() -> None:
    provider = GENERATED["antiphon.providers"]["additionalProperties"]["properties"]
    assert "apiKeyEnv" in provider
    assert "apiKey" not in provider


def test_where_no_model_is_available_the_picker_says_what_to_set(
    vs: Workbench, editor: CodeServer
) -> None:
    before = editor.machine_settings()
    nothing = {"demo": NO_KEY, "openai": NO_KEY, "gated": NO_KEY}
    try:
        editor.change_machine_settings({**before, "antiphon.providers": nothing})
        wanted = {"demo/one", "openai/one", "gated/one"}
        eventually(lambda: wanted <= {model["id"] for model in models(vs)})
        assert not any(model["available"] for model in eventually(lambda: models(vs)))
        vs.command("Antiphon: Broadcast Prompt")
        vs.quick_row("NO_SUCH_KEY is not set").wait_for()
        vs.page.get_by_placeholder("No model is available").wait_for()
        vs.page.keyboard.press("Escape")
    finally:
        editor.change_machine_settings(before)
    eventually(lambda: any(model["id"] == "demo/terse" for model in models(vs)))


def test_a_setting_that_may_change_reaches_the_running_server(vs: Workbench) -> None:
    update = (
        "const settings = vscode.workspace.getConfiguration('antiphon');"
        "await settings.update('models.lineups', args[0], vscode.ConfigurationTarget.Global);"
    )
    pair = {"pair": ["demo/coder", "demo/unicode"]}
    vs.eval(update, pair)
    try:
        expect(lambda: vs.execute("antiphon.models", {})["lineups"], pair)
        vs.command("Antiphon: Choose Models")
        vs.quick_row("pair").click()
        vs.page.get_by_text("3 Selected").wait_for()  # The line-up and its two models.
        vs.page.keyboard.press("Escape")
    finally:
        vs.eval(update, None)


def test_a_key_of_the_secret_store_reaches_its_provider_and_no_other(
    vs: Workbench, editor: CodeServer, provider: FaultServer
) -> None:
    before = editor.machine_settings()
    keyed = {**NO_KEY, "baseUrl": provider.base_url}
    try:
        editor.change_machine_settings({**before, "antiphon.providers": {"keyed": keyed}})
        eventually(lambda: "keyed/one" in {model["id"] for model in models(vs)})
        set_key(vs, "keyed", "sk-from-the-secret-store")
        eventually(lambda: {"keyed/one": True}.items() <= available(vs).items())
        vs.execute("antiphon.broadcastPrompt", {"prompt": "Who pays?", "models": ["keyed/ok"]})
        [sent] = provider.requests("ok")
        headers = {name.lower(): value for name, value in sent["headers"].items()}
        assert headers["authorization"] == "Bearer sk-from-the-secret-store"

        moved = {**keyed, "baseUrl": provider.base_url.replace("127.0.0.1", "localhost")}
        editor.change_machine_settings({**before, "antiphon.providers": {"keyed": moved}})
        warning = vs.page.locator(".notification-toast").filter(has_text="was kept for")
        eventually(lambda: models(vs) and warning.count())
    finally:
        editor.change_machine_settings(before)
    eventually(lambda: any(model["id"] == "demo/terse" for model in models(vs)))


def test_a_wrong_setting_is_named_once_and_its_button_leads_to_it(vs: Workbench) -> None:
    update = "await vscode.workspace.getConfiguration('antiphon').update(...args, true)"
    vs.eval(update, "timeouts.idleMs", "soon")
    try:
        toast = vs.toast("antiphon.timeouts.idleMs")
        assert "initializationOptions" not in toast.inner_text()
        assert vs.toasts("antiphon.timeouts.idleMs").count() == 1
        toast.get_by_role("button", name="Open Settings").click()
        row = vs.page.locator(".settings-editor .setting-item-contents")
        row.filter(has_text="Idle Ms").first.wait_for()
    finally:
        vs.eval(update, "timeouts.idleMs", None)


def set_key(vs: Workbench, provider: str, key: str) -> None:
    """Sets a provider's key with the hands."""
    vs.command("Antiphon: Set API Key")
    vs.quick_row(provider).click()
    field = vs.quick_input()
    eventually(lambda: field.get_attribute("type") == "password")
    vs.type_into_quick_input(key)
    vs.page.keyboard.press("Enter")
    field.wait_for(state="hidden")


def available(vs: Workbench) -> dict[str, bool]:
    """Which models can be asked."""
    return {model["id"]: model["available"] for model in models(vs)}


def models(vs: Workbench) -> list[dict[str, Any]]:
    """The models as the server lists them; none while it is started anew."""
    try:
        return vs.execute("antiphon.models", {})["models"]
    except RuntimeError:
        return []
