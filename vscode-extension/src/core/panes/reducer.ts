/**
 * Applies the events of a stream to texts, the same in every client.
 *
 * The rules are in clients/protocol/README.md; clients/protocol/reducer_cases.json tests them in
 * TypeScript, Lua and Python.
 */
import type { ErrorEvent, FinalEvent, Position, StartEvent, StreamEvent } from "../../protocol.js";
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

/** Holds the documents of panes and the texts of their answers. */
export class PaneReducer {
  readonly gaps: Gap[] = [];
  private readonly panes = new Map<string, PaneState>();
  private readonly answers = new Map<string, Answer>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Returns the document of a known pane. */
  text(paneId: string): PaneText | undefined {
    return this.panes.get(paneId)?.text;
  }

  /** Returns the text of an answer until it is forgotten. */
  answerText(messageId: string): PaneText | undefined {
    return this.answers.get(messageId)?.text;
  }

  /** Lists the known panes. */
  paneIds(): string[] {
    return [...this.panes.keys()];
  }

  /** Returns the content of every streamed answer that was not forgotten, by message id. */
  messages(): Record<string, string> {
    return Object.fromEntries([...this.answers].map(([id, answer]) => [id, answer.text.toString()]));
  }

  /** Lists the panes whose text must be pulled, best after their run has ended (`isAnswering`). */
  needsRefresh(): string[] {
    return [...this.panes].filter(([, pane]) => pane.refreshDue).map(([id]) => id);
  }

  /** Returns whether a run of the pane has started and not ended. */
  isAnswering(paneId: string): boolean {
    return this.panes.get(paneId)?.answering !== undefined;
  }

  /** Records that the server announced another text of the pane. */
  refreshAnnounced(paneId: string): void {
    this.pane(paneId).refreshDue = true;
  }

  /**
   * Replaces the text by what was pulled. While a run is open, it is unknown which of its events that
   * text contains: the pane is frozen, and pulled again after the run.
   */
  pulled(paneId: string, text: string): void {
    const pane = this.pane(paneId);
    if (pane.text.toString() !== text) {
      pane.text.replace(text);
    }
    pane.frozen = pane.refreshDue = pane.answering !== undefined;
  }

  /** Records that the server of the run is gone: the run is over, and text may be missing. */
  lost(paneId: string): void {
    const pane = this.pane(paneId);
    pane.answering = undefined;
    pane.frozen = pane.refreshDue = true;
  }

  /** Forgets a pane that is no longer shown. */
  forget(paneId: string): void {
    this.panes.delete(paneId);
  }

  /** Applies one event, in the order of arrival; a repeated one is ignored. */
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
      case "wait":
        break;
    }
  }

  /**
   * Applies one event of a followed session. Its text is added to the pane where the server has it
   * (`at`), if the pane is loaded. Returns whether the document of the pane must be pulled instead.
   */
  applyFollowed(event: StreamEvent): boolean {
    const answer = this.answer(event.messageId);
    // The same answer may be streamed to this client, by a run of its own whose events come later.
    answer.nextSeq = Math.max(answer.nextSeq, event.seq + 1);
    if (event.type === "token") {
      answer.text.append(event.text);
    } else if ((event.type === "final" || event.type === "error") && answer.text.toString() !== event.content) {
      answer.text.replace(event.content);
    }
    return this.place(event.paneId, addedText(event), event.at, event.type === "start" ? event.cutFrom : undefined);
  }

  /** Sets the text that a running answer of a followed session has so far. */
  resume(messageId: string, content: string): void {
    this.answer(messageId).text.replace(content);
  }

  /**
   * Cuts a loaded document, and adds text to it that the server added after `at` UTF-16 units. A longer
   * document has the first of it already. Returns whether a shorter one must be pulled.
   */
  place(paneId: string, text: string, at?: number, cutFrom?: Position): boolean {
    const pane = this.panes.get(paneId);
    if (pane === undefined || (text === "" && cutFrom === undefined)) {
      return false;
    }
    if (pane.frozen) {
      return pane.answering === undefined;
    }
    if (cutFrom !== undefined) {
      cut(pane, cutFrom);
    }
    const known = at === undefined ? -1 : pane.text.length - at;
    if (known >= 0) {
      pane.text.append(text.slice(known));
    }
    return known < 0;
  }

  /** Forgets the text of an ended answer: the document of its pane has it. */
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
    cut(pane, event.cutFrom);
  }
  append(pane, event.append);
}

function cut(pane: PaneState, from: Position): void {
  const text = pane.text.toString();
  pane.text.replace(text.slice(0, offsetAt(text, from)));
}

/** Returns what an event adds to the document of its pane. */
function addedText(event: StreamEvent): string {
  switch (event.type) {
    case "token":
      return event.text;
    case "start":
    case "reasoning":
    case "final":
    case "error":
      return event.append ?? "";
    default:
      return "";
  }
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
