/** Decides which of the follow-ups that wait for busy panes can be sent. Pure. */

export interface Waiting {
  readonly paneIds: readonly string[];
}

/** Returns those whose panes are all free, oldest first; one pane gets its follow-ups in their order. */
export function ready<Each extends Waiting>(waiting: readonly Each[], isBusy: (paneId: string) => boolean): Each[] {
  const taken = new Set<string>();
  return waiting.filter(({ paneIds }) => {
    const free = paneIds.every((paneId) => !taken.has(paneId) && !isBusy(paneId));
    for (const paneId of paneIds) {
      taken.add(paneId);
    }
    return free;
  });
}

interface Text {
  readonly prompt: string;
  readonly context: readonly unknown[];
}

/** Returns the draft to keep if `back` is not sent: with `kept` below it, which is another draft or nothing. */
export function withBoth<Draft extends Text>(back: Draft, kept: Draft | undefined): Draft {
  if (kept === undefined || kept.prompt.trim() === "" || kept.prompt === back.prompt) {
    return back;
  }
  return { ...back, prompt: `${back.prompt}\n\n${kept.prompt}`, context: [...back.context, ...kept.context] };
}
