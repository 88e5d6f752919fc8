/**
 * Events of a stream to the texts that are shown; pure, and the same in every client.
 *
 * The rules stand in clients/protocol/README.md, and clients/protocol/reducer_cases.json proves
 * them for the TypeScript, the Lua and the Python client alike.
 */
import type { ErrorEvent, FinalEvent, StartEvent, StreamEvent } from "../../protocol.js";
import { PaneText } from "./paneText.js";
import { offsetAt } from "./position.js";

/** Events that never came: `expected` was due when `got` arrived. */
export interface Gap {
  readonly paneId: string;
  readonly messageId: string;
  readonly expected: number;
  readonly got: number;
}

interface PaneState {
  readonly text: PaneText;
  /** The message whose run is open. */
  answering: string | undefined;
  /** Text is missing: appending would only make it look whole. */
  frozen: boolean;
  refreshDue: boolean;
}

interface Answer {
  readonly text: PaneText;
  nextSeq: number;
}

/** The documents of any number of panes, and the text of each of their answers. */
export class PaneReducer {
  readonly gaps: Gap[] = [];
  private readonly panes = new Map<string, PaneState>();
  private readonly answers = new Map<string, Answer>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The document of a pane that is known. */
  text(paneId: string): PaneText | undefined {
    return this.panes.get(paneId)?.text;
  }

  /** The text of an answer that streams or streamed just now; it is the same object until it is forgotten. */
  answerText(messageId: string): PaneText | undefined {
    return this.answers.get(messageId)?.text;
  }

  /** The panes that are known. */
  paneIds(): string[] {
    return [...this.panes.keys()];
  }

  /** The content of every answer that was streamed and not forgotten since, by its message. */
  messages(): Record<string, string> {
    return Object.fromEntries([...this.answers].map(([id, answer]) => [id, answer.text.toString()]));
  }

  /** The panes whose text must be pulled; best once their run has ended (`isAnswering`). */
  needsRefresh(): string[] {
    return [...this.panes].filter(([, pane]) => pane.refreshDue).map(([id]) => id);
  }

  /** Whether a run of the pane is open: started, and not ended yet. */
  isAnswering(paneId: string): boolean {
    return this.panes.get(paneId)?.answering !== undefined;
  }

  /** The server said that the pane's text is another one now. */
  refreshAnnounced(paneId: string): void {
    this.pane(paneId).refreshDue = true;
  }

  /**
   * The pane's whole text as the server gave it. While a run is open nobody can say which of its
   * events the text holds already: it is shown, stays as it is, and is pulled again after the run.
   */
  pulled(paneId: string, text: string): void {
    const pane = this.pane(paneId);
    if (pane.text.toString() !== text) {
      pane.text.replace(text);
    }
    pane.frozen = pane.refreshDue = pane.answering !== undefined;
  }

  /** The server that answered is gone: the run is over, and what came may not be all. */
  lost(paneId: string): void {
    const pane = this.pane(paneId);
    pane.answering = undefined;
    pane.frozen = pane.refreshDue = true;
  }

  /** Nobody shows the pane any more. */
  forget(paneId: string): void {
    this.panes.delete(paneId);
  }

  /** Acts on one event, in the order of arrival; one that came before is passed over. */
  apply(event: StreamEvent): void {
    const pane = this.pane(event.paneId);
    const answer = this.answer(event.messageId);
    if (event.seq < answer.nextSeq) {
      return;
    }
    if (event.seq > answer.nextSeq) {
      const { paneId, messageId } = event;
      this.gaps.push({ paneId, messageId, expected: answer.nextSeq, got: event.seq });
      pane.frozen = pane.refreshDue = true;
    }
    answer.nextSeq = event.seq + 1;
    switch (event.type) {
      case "start":
        begin(pane, event);
        break;
      case "token":
        answer.text.append(event.text);
        append(pane, event.text);
        break;
      case "reasoning":
        append(pane, event.append);
        break;
      case "final":
      case "error":
        end(pane, answer, event);
        break;
      case "meter":
      case "retry":
        break;
    }
  }

  /** Drops the text of an answer that has ended: its pane's document has it. */
  forgetAnswer(messageId: string): void {
    this.answers.delete(messageId);
  }

  private pane(paneId: string): PaneState {
    let pane = this.panes.get(paneId);
    if (pane === undefined) {
      pane = { text: new PaneText(this.now()), answering: undefined, frozen: false, refreshDue: false };
      this.panes.set(paneId, pane);
    }
    return pane;
  }

  private answer(messageId: string): Answer {
    let answer = this.answers.get(messageId);
    if (answer === undefined) {
      answer = { text: new PaneText(this.now()), nextSeq: 1 };
      this.answers.set(messageId, answer);
    }
    return answer;
  }
}

function begin(pane: PaneState, event: StartEvent): void {
  pane.answering = event.messageId;
  if (event.cutFrom !== undefined && !pane.frozen) {
    const text = pane.text.toString();
    pane.text.replace(text.slice(0, offsetAt(text, event.cutFrom)));
  }
  append(pane, event.append);
}

function end(pane: PaneState, answer: Answer, event: FinalEvent | ErrorEvent): void {
  if (answer.text.toString() !== event.content) {
    answer.text.replace(event.content);
    pane.frozen = pane.refreshDue = true;
  }
  append(pane, event.append ?? "");
  if (pane.answering === event.messageId) {
    pane.answering = undefined;
  }
}

function append(pane: PaneState, text: string): void {
  if (!pane.frozen) {
    pane.text.append(text);
  }
}
