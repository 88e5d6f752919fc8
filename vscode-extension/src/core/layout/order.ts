/** Tells in which order panes were asked, and in which group each goes. Pure. */

/** A tab of a pane. */
export interface PaneLocation {
  readonly sessionId: string;
  /** Ids grow in the order in which the panes were asked. */
  readonly paneId: string;
  /** Whether it is the tab that its group shows. */
  readonly isFront: boolean;
}

/** Sorts panes as they were asked: those of the session that most groups show come first. */
export function sortPanes<Tab extends PaneLocation>(tabs: readonly Tab[]): Tab[] {
  const fronts = (sessionId: string): number => tabs.filter((tab) => tab.sessionId === sessionId && tab.isFront).length;
  const sessions = [...new Set(tabs.map(({ sessionId }) => sessionId))].sort((one, other) => fronts(other) - fronts(one));
  const rank = ({ sessionId }: Tab): number => sessions.indexOf(sessionId);
  return [...tabs].sort((one, other) => rank(one) - rank(other) || (one.paneId < other.paneId ? -1 : Number(one.paneId > other.paneId)));
}

/** Returns the group of a pane, from 0: the first panes are in front, the others are dealt behind them. */
export function groupOf(pane: number, groups: number): number {
  return pane % Math.max(1, groups);
}
