/** Cluster time between one look and the next: short, as what passes by is looked for too. */
const stepMs = 1000;
/** Cluster time after which one gives up: as long as Kubernetes' own tests wait. */
const patienceMs = 15 * 60_000;

interface Waiting {
  readonly attempt: () => Promise<boolean>;
  readonly giveUp: () => void;
  readonly everyMs: number;
  readonly untilMs: number;
  nextMs: number;
}

/**
 * Lets time pass for tests that run side by side on one cluster: it moves on by a step once everybody who waits has looked
 * at what there is. So nobody misses what others waited for longer, and a slow machine makes nothing fail.
 */
export class Pace {
  readonly #advance: (ms: number) => Promise<void>;
  readonly #waiting = new Set<Waiting>();
  #passedMs = 0;
  #isRunning = false;

  constructor(advance: (ms: number) => Promise<void>) {
    this.#advance = advance;
  }

  /** Looks again and again until there is something, every so much cluster time. */
  eventually<T>(look: () => Promise<T | undefined> | T | undefined, everyMs = stepMs): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const attempt = async (): Promise<boolean> => {
        try {
          const found = await look();
          if (found !== undefined) resolve(found);
          return found !== undefined;
        } catch (error) {
          reject(error);
          return true;
        }
      };
      const giveUp = () => reject(new Error(`nothing has come of it in ${patienceMs} ms: ${look}`));
      const untilMs = this.#passedMs + patienceMs;
      this.#waiting.add({ attempt, giveUp, everyMs, untilMs, nextMs: this.#passedMs });
      if (!this.#isRunning) void this.#run();
    });
  }

  /** Lets cluster time pass. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#passedMs + ms;
    await this.eventually(() => (this.#passedMs >= untilMs ? true : undefined));
  }

  /** Never throws: what goes wrong is told to those who wait. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.size > 0) {
      const due = [...this.#waiting].filter(({ nextMs }) => nextMs <= this.#passedMs);
      await Promise.all(due.map((waiting) => this.#look(waiting)));
      await this.#advance(stepMs);
      this.#passedMs += stepMs;
    }
    this.#isRunning = false;
  }

  async #look(waiting: Waiting): Promise<void> {
    waiting.nextMs = this.#passedMs + waiting.everyMs;
    if (await waiting.attempt()) {
      this.#waiting.delete(waiting);
    } else if (waiting.nextMs > waiting.untilMs) {
      waiting.giveUp();
      this.#waiting.delete(waiting);
    }
  }
}
