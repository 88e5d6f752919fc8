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
