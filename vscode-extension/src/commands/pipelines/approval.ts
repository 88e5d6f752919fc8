/** Asks the user to agree to the text of a workspace's pipeline before anything is done with it. */
import type { Antiphon } from "../../antiphon.js";
import type { PipelineResult } from "../../protocol.js";

/** What a command of the server is given with a pipeline that the user has agreed to. */
export interface Approval {
  readonly approve?: string;
}

/** Returns the approval of the whole text with what the folder makes of it, if one is needed; `undefined` if the user does not agree. */
export async function askApproval(app: Antiphon, { approved, text, settings, pipeline }: PipelineResult, question: string): Promise<Approval | undefined> {
  if (approved) {
    return {};
  }
  const agreed = await app.agreement.ask(`${pipeline.name}.antiphon.yaml`, text + (settings ?? ""), question);
  return agreed ? { approve: pipeline.sha256 } : undefined;
}
