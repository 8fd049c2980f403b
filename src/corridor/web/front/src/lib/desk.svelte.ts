import { readFrame } from "./frame";
import { language, spoken } from "./words.svelte";
import { EMPTY, type About, type Answer, type Entry, type Levers, type Pin, type Problem } from "./types";

/** Ask the server; what it refuses comes back as problems. */
export async function ask<T>(path: string, method = "GET", body?: unknown): Promise<T> {
  const raw = body instanceof ArrayBuffer;
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = raw ? body : JSON.stringify(body);
    init.headers = { "content-type": raw ? "application/octet-stream" : "application/json" };
  }
  const answer = await fetch(`/api/${path}`, init);
  if (!answer.ok) throw new Refused(await problemsOf(answer), answer.status);
  return (await answer.json()) as T;
}

export async function download(path: string, body: unknown): Promise<Blob> {
  const answer = await fetch(`/api/${path}`, { method: body === undefined ? "GET" : "POST", ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }) });
  if (!answer.ok) throw new Refused(await problemsOf(answer), answer.status);
  return answer.blob();
}

async function problemsOf(answer: Response): Promise<Problem[]> {
  const text = await answer.text();
  try {
    const found = JSON.parse(text) as { problems?: Problem[]; detail?: string };
    if (found.problems) return found.problems;
    return [told(found.detail ?? text)];
  } catch {
    return [told(text)];
  }
}

export function told(sentence: string): Problem {
  return { file: "", line: 0, column: 0, field: "", message: sentence, remedy: "", sentence };
}

export class Refused extends Error {
  constructor(readonly problems: Problem[], readonly status: number) {
    super(problems.map((one) => one.sentence).join("; "));
  }
}

export function sentences(error: unknown): string[] {
  if (error instanceof Refused) return error.problems.map((one) => one.sentence);
  return [error instanceof Error ? error.message : String(error)];
}

// what an older page kept may know fewer levers
const clone = (levers: Levers): Levers => ({ ...(JSON.parse(JSON.stringify(EMPTY)) as Levers), ...(JSON.parse(JSON.stringify(levers)) as Levers) });
const same = (a: Levers, b: Levers): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Return an answer with the map of another one. */
function withMap(answer: Answer, drawn: Answer): Answer {
  const arrays = Object.fromEntries(Object.entries(drawn.arrays).filter(([name]) => name.startsWith("map ")));
  return { head: { ...answer.head, map: drawn.head.map }, arrays: { ...answer.arrays, ...arrays } };
}

/** What this tab holds: where the levers stand, what came out, what was tried. */
class Desk {
  about = $state.raw<About | null>(null);
  levers = $state<Levers>(clone(EMPTY));
  answer = $state.raw<Answer | null>(null);
  pin = $state.raw<Pin | null>(null);
  want = $state<string[]>([]);
  /** fans that a view asks for instead of those of the first screen */
  instead = $state.raw<string[]>([]);
  undo = $state<Levers[]>([]);
  redo = $state<Levers[]>([]);
  log = $state<Entry[]>([]);
  problems = $state.raw<string[]>([]);
  waiting = $state(false);
  connected = $state(false);
  took = $state(0);
  cursor = $state<number | null>(null);
  room = $state(false);
  needsToken = $state(false);
  tab = "";
  private socket: WebSocket | null = null;
  private asked = 0;
  private since = 0;
  private timer = 0;
  private keeping = 0;

  async start(): Promise<void> {
    this.tab = sessionStorage.getItem("corridor-tab") ?? "";
    const fresh = !this.tab;
    if (fresh) {
      this.tab = crypto.randomUUID().replaceAll("-", "");
      sessionStorage.setItem("corridor-tab", this.tab);
    }
    const token = new URLSearchParams(location.hash.slice(1)).get("token");
    if (token) {
      await fetch("/api/login", { method: "POST", body: token });
      history.replaceState(null, "", location.pathname);
    }
    try {
      const kept = await ask<{ content: Record<string, unknown> | null }>(`tab/${this.tab}`);
      await this.load(kept.content as Kept | null);
    } catch (error) {
      this.needsToken = error instanceof Refused && error.status === 401;
      this.problems = sentences(error);
    }
  }

  private async load(kept: Kept | null): Promise<void> {
    const variant = kept?.levers?.variant ?? "";
    let about = await ask<About>("case");
    const mine = kept && kept.case === about.own;
    if (mine && variant && variant !== about.variant) about = await ask<About>(`case?variant=${encodeURIComponent(variant)}`);
    this.about = about;
    this.levers = mine ? clone(kept.levers) : clone(EMPTY);
    this.undo = mine ? kept.undo : [];
    this.redo = mine ? kept.redo : [];
    this.log = kept?.log ?? [];
    this.room = kept?.room ?? false;
    this.want = mine && kept.want.length ? kept.want.slice(0, 2) : this.about.fans.slice(0, 2).map((one) => one.id);
    this.pin = null;
    this.connect();
  }

  /** Play another case; what was tried so far stays in the log. */
  async use(name: string): Promise<void> {
    this.about = await ask<About>("use", "POST", { case: name });
    this.levers = clone(EMPTY);
    this.undo = [];
    this.redo = [];
    this.pin = null;
    this.answer = null;
    this.want = this.about.fans.slice(0, 2).map((one) => one.id);
    this.play();
  }

  private connect(): void {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.connected = true;
      this.play();
    };
    socket.onclose = () => {
      this.connected = false;
      this.socket = null;
      setTimeout(() => this.connect(), 1000);
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => this.heard(event.data);
    this.socket = socket;
  }

  private heard(data: ArrayBuffer | string): void {
    if (typeof data === "string") {
      const plain = JSON.parse(data) as { id: number; problems?: Problem[]; refused?: string };
      if (plain.id !== this.asked && plain.id !== -1) return;
      this.waiting = false;
      this.problems = plain.problems ? plain.problems.map((one) => one.sentence) : [plain.refused ?? ""];
      return;
    }
    const answer = readFrame(data);
    if (answer.head.id !== this.asked) return;
    if (answer.head.stage === "map") {
      if (this.answer) this.answer = withMap(this.answer, answer);
      return;
    }
    // the map follows: until then the last one stands, where it is of the same days
    const old = this.answer;
    const stands = !answer.head.map.links && old && old.head.days.length === answer.head.days.length && old.head.days[0] === answer.head.days[0];
    this.answer = stands ? withMap(answer, old) : answer;
    this.problems = [];
    if (answer.head.stage === "quick") {
      this.waiting = false;
      this.took = performance.now() - this.since;
      this.note(answer);
    }
  }

  /** Ask for the futures of the levers as they stand, soon; the newest word wins. */
  play(soon = 0): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return;
      this.asked += 1;
      this.since = performance.now();
      this.waiting = true;
      this.socket.send(JSON.stringify({ id: this.asked, levers: this.levers, want: this.instead.length ? this.instead : this.want, refine: true }));
    }, soon);
    this.keep();
  }

  /** Move levers: one step that can be undone. */
  move(change: (levers: Levers) => void, soon = 0): void {
    const before = clone(this.levers);
    const after = clone(this.levers);
    change(after);
    if (same(before, after)) return;
    this.undo = [...this.undo.slice(-99), before];
    this.redo = [];
    this.levers = after;
    this.play(soon);
  }

  async variant(id: string): Promise<void> {
    this.about = await ask<About>(`case?variant=${encodeURIComponent(id)}`);
    this.move((levers) => {
      levers.variant = id;
      levers.begins = "";
      levers.acts = [];
      levers.wishes = {};
      delete levers.set["as_of"];
    });
  }

  back(): void {
    const last = this.undo.at(-1);
    if (!last) return;
    this.redo = [...this.redo, clone(this.levers)];
    this.undo = this.undo.slice(0, -1);
    this.go(last);
  }

  forth(): void {
    const next = this.redo.at(-1);
    if (!next) return;
    this.undo = [...this.undo, clone(this.levers)];
    this.redo = this.redo.slice(0, -1);
    this.go(next);
  }

  private async go(levers: Levers): Promise<void> {
    const moved = levers.variant !== this.levers.variant;
    this.levers = clone(levers);
    if (moved) this.about = await ask<About>(`case?variant=${encodeURIComponent(levers.variant)}`);
    this.play();
  }

  restore(levers: Levers): void {
    this.undo = [...this.undo, clone(this.levers)];
    this.redo = [];
    void this.go(levers);
  }

  reset(): void {
    this.move((levers) => Object.assign(levers, clone(EMPTY), { variant: levers.variant }));
  }

  pinNow(): void {
    if (this.answer) this.pin = { name: "A", answer: this.answer };
  }

  choose(i: number, id: string): void {
    this.want = this.want.map((one, j) => (j === i ? id : one));
    this.play();
  }

  private note(answer: Answer): void {
    const last = this.log.at(-1);
    const lines = [answer.head.hold_out, answer.head.flips, answer.head.sure].map(spoken).filter(Boolean);
    const entry: Entry = { at: new Date().toISOString().slice(0, 19) + "Z", changed: answer.head.changed, lines, note: "", levers: clone(answer.head.levers) };
    if (last && same(last.levers, entry.levers)) return;
    this.log = [...this.log.slice(-499), entry];
    this.keep();
  }

  /** Keep what this tab holds in the workspace, a moment later. */
  keep(): void {
    clearTimeout(this.keeping);
    this.keeping = window.setTimeout(() => {
      const content: Kept = {
        case: this.about?.own ?? "", levers: this.levers, undo: this.undo.slice(-30), redo: this.redo.slice(-30),
        log: this.log, want: this.want, room: this.room,
      };
      ask(`tab/${this.tab}`, "PUT", { content }).catch((error: unknown) => (this.problems = sentences(error)));
    }, 150);
  }
}

interface Kept {
  case: string; levers: Levers; undo: Levers[]; redo: Levers[]; log: Entry[]; want: string[]; room: boolean;
}

export const desk = new Desk();

/** Return a name of a figure, an outcome or an event in the language of the screen; as it is where the server has no other. */
export function say(name: string): string {
  return desk.about?.said?.[language()]?.[name] ?? name;
}
