"""Settings that keep the editor quiet: no welcome, no prompts, no network, nothing that blinks."""

from __future__ import annotations

from typing import Any, Final

EDITOR_SETTINGS: Final[dict[str, Any]] = {
    "security.workspace.trust.enabled": False,
    "workbench.startupEditor": "none",
    "workbench.welcomePage.walkthroughs.openOnInstall": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": True,
    "workbench.tips.enabled": False,
    "workbench.enableExperiments": False,
    "workbench.reduceMotion": "on",
    "workbench.editor.enablePreview": False,
    "workbench.editor.empty.hint": "hidden",
    "workbench.colorTheme": "Default Dark Modern",
    "window.autoDetectColorScheme": False,
    "window.commandCenter": False,
    "window.confirmBeforeClose": "never",
    "telemetry.telemetryLevel": "off",
    "telemetry.feedback.enabled": False,
    "update.mode": "none",
    "update.showReleaseNotes": False,
    "extensions.autoUpdate": False,
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "git.enabled": False,
    "files.autoSave": "off",
    "files.hotExit": "off",
    "editor.cursorBlinking": "solid",
    "editor.accessibilitySupport": "off",
    "breadcrumbs.enabled": False,
    "remote.autoForwardPorts": False,
    "terminal.integrated.enablePersistentSessions": False,
    "npm.autoDetect": "off",
    "grunt.autoDetect": "off",
    "gulp.autoDetect": "off",
}
