/** Searches the history while the user types; the server ranks, the list only shows. */
import * as vscode from "vscode";
import { markHighlights, parseSearchQuery } from "../core/searchQuery.js";
import { sanitizeForPick } from "../core/format/sanitize.js";
import { formatTime } from "../core/format/time.js";
import type { SearchHit, SearchParams } from "../protocol.js";
import { describe } from "../server/failure.js";
import type { Server } from "../server/server.js";

const DELAY_MS = 150;
const PAGE = 30;

type Row = vscode.QuickPickItem & ({ readonly hit: SearchHit } | { readonly more: string } | { readonly nothing: true });

/** The chosen hit, or all hits to be shown as a list. */
export type Found = { readonly hit: SearchHit } | { readonly query: string; readonly hits: readonly SearchHit[] };

/** Asks the user for a search; `undefined` if they cancel. */
export async function searchHistory(server: Server, query: string): Promise<Found | undefined> {
  const box = new SearchBox(server);
  try {
    return await box.run(query);
  } finally {
    box.dispose();
  }
}

class SearchBox {
  private readonly pick = vscode.window.createQuickPick<Row>();
  private readonly list = { iconPath: new vscode.ThemeIcon("list-tree"), tooltip: vscode.l10n.t("Show as a list") };
  private hits: SearchHit[] = [];
  private models: Promise<string[]> | undefined;
  private running: vscode.CancellationTokenSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly server: Server) {
    this.pick.title = vscode.l10n.t("Search the history");
    this.pick.placeholder = vscode.l10n.t('Words, "a phrase", begin*, model: provider: role: tag: since: until:');
    this.pick.buttons = [this.list];
  }

  run(query: string): Promise<Found | undefined> {
    return new Promise((resolve) => {
      this.pick.onDidHide(() => {
        resolve(undefined);
      });
      this.pick.onDidChangeValue(() => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.search(), DELAY_MS);
      });
      this.pick.onDidTriggerButton(() => {
        resolve({ query: this.pick.value, hits: this.hits });
      });
      this.pick.onDidAccept(() => {
        const [row] = this.pick.activeItems;
        if (row !== undefined && "hit" in row) {
          resolve({ hit: row.hit });
        } else if (row !== undefined && "more" in row) {
          void this.search(row.more);
        }
      });
      this.pick.value = query;
      this.pick.show();
      void this.search();
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.running?.cancel();
    this.pick.dispose();
  }

  private async search(cursor?: string): Promise<void> {
    this.running?.cancel();
    const running = new vscode.CancellationTokenSource();
    this.running = running;
    this.pick.busy = true;
    try {
      const params = await this.params();
      if (params.query === "") {
        this.show([], []);
        return;
      }
      const asked = { ...params, limit: PAGE, ...(cursor !== undefined && { cursor }) };
      const result = await this.server.execute("antiphon.history.search", asked, running.token);
      if (running.token.isCancellationRequested) {
        return;
      }
      const hits = cursor === undefined ? result.hits : [...this.hits, ...result.hits];
      this.show(hits, trailingRows(hits, result.nextCursor, result.bounded === true));
    } catch (error) {
      if (!running.token.isCancellationRequested) {
        this.show([], [noteRow(sanitizeForPick(describe(error)))]);
      }
    } finally {
      if (this.running === running) {
        this.pick.busy = false;
      }
      running.dispose();
    }
  }

  private async params(): Promise<SearchParams> {
    const line = this.pick.value;
    if (!line.includes("model:")) {
      return parseSearchQuery(line);
    }
    this.models ??= this.server.execute("antiphon.models", {}).then(({ models }) => models.map(({ id }) => id));
    const ids = await this.models;
    return parseSearchQuery(line, (part) => {
      const fitting = ids.filter((id) => id.includes(part));
      return fitting.length > 0 ? fitting : [part];
    });
  }

  private show(hits: SearchHit[], notes: Row[]): void {
    this.hits = hits;
    // The server has ranked and filtered: the list must do neither.
    this.pick.items = [...hits.map(rowOf), ...notes].map((row) => ({ ...row, alwaysShow: true }));
    keepOrder(this.pick);
  }
}

function rowOf(hit: SearchHit): Row {
  const who = hit.role === "assistant" ? whoOf(hit) : `${hit.role} → ${whoOf(hit)}`;
  const when = formatTime(hit.createdAt);
  return { label: sanitizeForPick(markHighlights(hit)), description: sanitizeForPick(hit.title), detail: sanitizeForPick(`${who} · ${when}${hit.field === "context" ? " · context" : ""}`), hit };
}

/** Names the pane, with its model if it is called otherwise. */
function whoOf({ model, paneTitle }: SearchHit): string {
  return model.endsWith(`/${paneTitle}`) ? model : `${paneTitle} (${model})`;
}

function trailingRows(hits: readonly SearchHit[], cursor: string | undefined, bounded: boolean): Row[] {
  if (hits.length === 0) {
    return [noteRow(vscode.l10n.t("Nothing fits."))];
  }
  const more = cursor === undefined ? [] : [{ label: `$(more) ${vscode.l10n.t("More…")}`, more: cursor }];
  return bounded ? [...more, noteRow(vscode.l10n.t("Only the newest messages that fit were compared; all:true compares all."))] : more;
}

function noteRow(label: string): Row {
  return { label, nothing: true };
}

/** Switches off the sorting of rows by matches in their labels, which the API's types do not have. */
function keepOrder(pick: vscode.QuickPick<Row>): void {
  (pick as { sortByLabel?: boolean }).sortByLabel = false;
}
