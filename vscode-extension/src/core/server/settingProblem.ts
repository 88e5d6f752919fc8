/** Reads the server's messages about settings that it could not use. */

const SOURCE = /\s*\((?:initializationOptions|workspace)\)/g;
const SETTING = /\bantiphon\.([a-z]\w*(?:\.\w+)*)/;

export interface SettingProblem {
  readonly text: string;
  /** The id of the setting to change. */
  readonly setting: string;
}

/** Returns the problem, without the protocol's word for where it was read; `undefined` for other messages. */
export function settingProblem(message: string, known: (setting: string) => boolean): SettingProblem | undefined {
  const named = SETTING.exec(message)?.[1];
  const parts = named?.split(".") ?? [];
  for (let length = parts.length; length > 0; length -= 1) {
    const setting = `antiphon.${parts.slice(0, length).join(".")}`;
    if (known(setting)) {
      return { text: message.replace(SOURCE, ""), setting };
    }
  }
  return undefined;
}
