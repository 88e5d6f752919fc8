/** Lays panes out in editor groups that can be read, and restores the former layout. */
import * as vscode from "vscode";
import { groupOf } from "../../core/layout/order.js";
import { type LayoutMode, type Plan, planLayout, WIDE_WIDTH } from "../../core/layout/plan.js";
import { type EditorLayout, leafCount, leaves, shape, type Size, toBox, toLayout } from "../../core/layout/shape.js";
import { applyBox, applyLayout, firstGroups, hasOtherArea, isAs, isReadable, measureArea, readableSize, readLayout } from "./editorLayout.js";

import { closeComparisons, reopenComparisons, wideComparisons } from "./wideComparisons.js";
import { bringFilesToFront, closeTabs, groupsInFront, movePane, panesAsAsked, paneTabs, showFronts, showPane, tabsCaughtUp } from "./tabs.js";

/** The columns for the panes of one run. */
export interface Slots {
  /** The number of panes that are in front; the others are tabs behind them. */
  readonly groups: number;
  /** Returns the editor column of the pane with the given number, from 0. */
  column(pane: number): vscode.ViewColumn;
}

interface Arranged {
  readonly plan: Plan;
  readonly area: Size;
}

/** The columns of groups, counted from 0: those after the ninth have no name. */
const GROUPS: Pick<Slots, "column"> = { column: (index) => index + 1 };

export class Grid {
  private before: EditorLayout | undefined;
  private arranged: Arranged | undefined;
  /** Panes that derive from others: they share one group. */
  private readonly derived = new Set<string>();
  /** Whether groups are empty that the panes of a run are about to fill. */
  private isFilling = false;
  private work: Promise<unknown> = Promise.resolve();

  /**
   * Creates groups for that many panes: beside the open editors, or in all of the space. Groups that
   * only show panes are reused.
   */
  arrange(count: number): Promise<Slots> {
    return this.oneAtATime(async () => {
      if (paneTabs().length === 0) {
        this.before = await readLayout();
      }
      this.isFilling = true;
      return this.apply(await this.plan(count));
    });
  }

  /** Looks at the groups once all panes of a run are open: an editor has a least width, an empty group has none. */
  settle(): Promise<void> {
    return this.oneAtATime(async () => {
      this.isFilling = false;
      const layout = await readLayout();
      if (this.arranged === undefined || !this.isArranged(layout)) {
        return;
      }
      if (hasOtherArea(layout, this.arranged.area)) {
        await this.fit(layout, { evenly: true });
      } else {
        await applyBox(this.arranged.plan.box);
      }
    });
  }

  /** Closes the wanted panes, and restores the layout before them if none is left. */
  close(wanted: (uri: vscode.Uri) => boolean): Promise<void> {
    return this.oneAtATime(async () => {
      await closeTabs(paneTabs().filter(({ uri }) => wanted(uri)));
      if (paneTabs().length === 0 && this.before !== undefined) {
        await applyLayout(this.before);
        this.before = undefined;
        this.arranged = undefined;
      }
    });
  }

  /** Shows documents in the groups created for them, and nowhere else; `count` of them get groups, if they fit. */
  place(uris: readonly vscode.Uri[], count = uris.length): Promise<void> {
    return this.oneAtATime(async () => {
      if (paneTabs().length === 0) {
        this.before = await readLayout();
      }
      await this.move(uris, await this.plan(count));
    });
  }

  /** Applies the layout of the settings to the open panes. */
  placeAgain(): Promise<void> {
    return this.oneAtATime(async () => {
      const { uris, cells } = this.asked();
      await this.moveAll(uris, await this.plan(cells, wideComparisons().length > 0));
    });
  }

  /** Shows a pane that derives from others: in the group of other derived ones, else in a new one if it fits. */
  showBeside(uri: vscode.Uri): Promise<void> {
    return this.oneAtATime(async () => {
      const column = this.derivedColumn() ?? (await this.nextColumn());
      await showPane(uri, column);
      this.derived.add(uri.toString());
    });
  }

  /**
   * Returns a column that is wide enough for two texts beside each other: the active group, else a new
   * one below the panes, else the widest there is.
   */
  wideColumn(): Promise<vscode.ViewColumn> {
    return this.oneAtATime(async () => {
      const area = await measureArea();
      const sizes = leaves(toBox(await readLayout(), area));
      const active = vscode.window.tabGroups.activeTabGroup.viewColumn;
      if ((sizes[active - 1]?.width ?? 0) >= WIDE_WIDTH) {
        return active;
      }
      const { uris, cells } = this.asked();
      const plan = await this.plan(cells, true);
      if (uris.length > 0 && plan.wide) {
        await this.makeRoom(uris, plan);
        return GROUPS.column(plan.kept + plan.groups);
      }
      const widths = sizes.map(({ width }) => width);
      return GROUPS.column(widths.indexOf(Math.max(...widths)));
    });
  }

  /**
   * Looks at the groups after something has changed, and mends what cannot be read. What a user has
   * made is left alone; a layout of ours is fitted to another size of the window. Returns `false` if
   * panes are just being opened, so that it is too early to look.
   */
  mend(): Promise<boolean> {
    return this.oneAtATime(async () => {
      if (!this.isFilling) {
        await this.fit(await readLayout());
      }
      return !this.isFilling;
    });
  }

  /** Fits a layout to the size of the window; sizes that can be read stay as they are unless `evenly`. */
  private async fit(layout: EditorLayout, { evenly } = { evenly: false }): Promise<void> {
    const { uris, cells } = this.asked();
    if (uris.length === 0 || !this.needsFitting(layout)) {
      return;
    }
    if (!isReadable(layout)) {
      await bringFilesToFront();
    }
    const plan = await this.plan(cells, wideComparisons().length > 0);
    const { arranged } = this;
    const hasSameGroups = this.isArranged(layout) && plan.groups === arranged?.plan.groups && plan.wide === arranged.plan.wide;
    if (hasSameGroups && isReadable(layout) && !evenly) {
      this.arranged = { ...arranged, area: plan.area };
    } else if (!isAs(layout, plan.box)) {
      await (hasSameGroups ? this.apply(plan) : this.moveAll(uris, plan));
    }
  }

  /** Returns whether a group cannot be read, or what the layout was made for is another by now. */
  private needsFitting(layout: EditorLayout): boolean {
    const { arranged } = this;
    if (!isReadable(layout) || arranged === undefined) {
      return !isReadable(layout);
    }
    const lostComparison = arranged.plan.wide && wideComparisons().length === 0;
    const lostFiles = groupsInFront() < arranged.plan.kept;
    return lostComparison || lostFiles || (this.isArranged(layout) && hasOtherArea(layout, arranged.area));
  }

  private isArranged(layout: EditorLayout): boolean {
    return this.arranged !== undefined && shape(layout) === shape(toLayout(this.arranged.plan.box));
  }

  /** Lists the open panes as they were asked, and how many of them get groups. */
  private asked(): { readonly uris: vscode.Uri[]; readonly cells: number } {
    const panes = panesAsAsked();
    const [derived, asked] = [true, false].map((is) => panes.filter(({ uri }) => this.derived.has(uri.toString()) === is));
    const first = asked?.filter(({ sessionId }) => sessionId === asked[0]?.sessionId) ?? [];
    const cells = first.length + (derived?.length ? 1 : 0);
    return { uris: [...(asked ?? []), ...(derived ?? [])].map(({ uri }) => uri), cells };
  }

  private async plan(count: number, wide = false): Promise<Planned> {
    const settings = vscode.workspace.getConfiguration("antiphon.layout");
    const inFront = groupsInFront();
    const area = await measureArea();
    const kept = inFront === 0 ? undefined : this.keptLayout(await readLayout(), inFront);
    const wanted = {
      mode: settings.get<LayoutMode>("mode", "grid"),
      maxSplits: settings.get("maxSplits", 9),
      panes: count,
      ...(kept && { kept }),
    };
    return { ...planLayout({ ...wanted, wide }, area, readableSize()), area };
  }

  private async apply(plan: Planned): Promise<Slots> {
    await applyBox(plan.box);
    await tabsCaughtUp(() => vscode.window.tabGroups.all.length === leaves(plan.box).length);
    this.arranged = { plan, area: plan.area };
    return { groups: plan.groups, column: (pane) => GROUPS.column(plan.kept + groupOf(pane, plan.groups)) };
  }

  /** Moves panes to the groups of a plan. */
  private async move(uris: readonly vscode.Uri[], plan: Planned): Promise<void> {
    const active = vscode.window.activeTextEditor;
    const slots = await this.apply(plan);
    const columns = new Map<string, vscode.ViewColumn>();
    for (const [index, uri] of uris.entries()) {
      const column = this.derived.has(uri.toString()) ? slots.column(slots.groups - 1) : slots.column(index);
      columns.set(uri.toString(), column);
      if (!paneTabs().some(({ tab, uri: open }) => open.toString() === uri.toString() && tab.group.viewColumn === column)) {
        await movePane(uri, column);
      }
    }
    await showFronts(uris.slice(0, slots.groups), (uri) => columns.get(uri.toString()));
    // Last, because an empty group is closed and the columns after it change.
    await closeTabs(
      paneTabs().filter(({ tab, uri }) => {
        const column = columns.get(uri.toString());
        return column !== undefined && tab.group.viewColumn !== column;
      }),
    );
    const column = active && columns.get(active.document.uri.toString());
    if (active !== undefined && column !== undefined && column !== active.viewColumn) {
      await vscode.window.showTextDocument(active.document, { viewColumn: column, preview: false });
    }
    if (shape(await readLayout()) === shape(toLayout(plan.box))) {
      await applyBox(plan.box);
    }
  }

  /** Moves panes, and the comparisons below them. */
  private async moveAll(uris: readonly vscode.Uri[], plan: Planned): Promise<void> {
    const comparisons = plan.wide ? wideComparisons() : [];
    await closeComparisons(comparisons);
    await (plan.wide ? this.makeRoom(uris, plan) : this.move(uris, plan));
    await reopenComparisons(comparisons, GROUPS.column(plan.kept + plan.groups));
  }

  /** Creates the wide group of a plan, empty; panes that have no group of their own any more become tabs. */
  private async makeRoom(uris: readonly vscode.Uri[], plan: Planned): Promise<void> {
    const isThere = this.arranged?.plan.groups === plan.groups && !this.arranged.plan.wide && this.isArranged(await readLayout());
    if (!isThere) {
      await this.move(uris, await this.plan(plan.groups));
    }
    await this.apply(plan);
  }

  private derivedColumn(): vscode.ViewColumn | undefined {
    return paneTabs().find(({ uri }) => this.derived.has(uri.toString()))?.tab.group.viewColumn;
  }

  /** Returns the column of a new group after all others, or the last one of the panes if no more fit. */
  private async nextColumn(): Promise<vscode.ViewColumn> {
    const groups = vscode.window.tabGroups.all.length;
    const isEmpty = groups === 1 && vscode.window.tabGroups.all[0]?.tabs.length === 0;
    const current = isEmpty ? 0 : groups - groupsInFront();
    const plan = await this.plan(current + 1);
    if (plan.groups <= current || this.arranged?.plan.wide === true) {
      return GROUPS.column(Math.max(0, plan.kept + (this.arranged?.plan.wide === true ? current - 1 : current) - 1));
    }
    if (paneTabs().length === 0) {
      this.before = await readLayout();
    }
    await this.apply(plan);
    return GROUPS.column(plan.kept + plan.groups - 1);
  }

  private keptLayout(current: EditorLayout, inFront: number): EditorLayout {
    for (const candidate of [current, this.before]) {
      if (candidate !== undefined && leafCount(candidate.groups) === inFront) {
        return candidate;
      }
    }
    return firstGroups(current, inFront);
  }

  /** Runs `change`, which opens or closes tabs itself, while nothing else arranges the groups. */
  undisturbed(change: () => Promise<void>): Promise<void> {
    return this.oneAtATime(change);
  }

  /** The editor confuses its groups if two change them at a time. */
  private oneAtATime<Result>(run: () => Promise<Result>): Promise<Result> {
    const done = this.work.then(run);
    this.work = done.catch(() => undefined);
    return done;
  }
}

type Planned = Plan & { readonly area: Size };
