import { Fault } from '../core/fault.ts';
import type { ProcessEnd, RunningProcess } from './process.ts';

/** What a reader made of a chunk: how many of its bytes it took, and the answer if these were its end. */
export interface Reading<Answer> {
  readonly used: number;
  readonly answer?: Answer | Fault;
  /** The rest of this answer isn't worth reading: the process is replaced. */
  readonly abandon?: boolean;
}

/** Reads a process's answers off its output, one after the other, however the bytes are cut into chunks. */
export interface AnswerReader<Answer> {
  /** Reads on at a place of a chunk. */
  take(chunk: Buffer, from: number): Reading<Answer>;
}

interface Pending<Answer> {
  readonly question: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Fault) => void;
}

export interface Manners<Answer> {
  readonly start: () => RunningProcess;
  readonly reader: () => AnswerReader<Answer>;
  /** Why a process that exited by itself could not answer this question. */
  readonly explain: (question: string, end: ProcessEnd) => Fault;
}

/**
 * Questions to one long-lived process that answers them in their order. Many may be under way at once. The
 * process is started with the first question. If it dies of a question, that question fails and a new process
 * gets those behind it; if something from outside ends it, all fail. Nobody ever waits for ever.
 */
export class Conversation<Answer> {
  private readonly manners: Manners<Answer>;
  private process: RunningProcess | undefined;
  private listening: Promise<void> = Promise.resolve();
  private closed = false;
  private outbox = '';
  /** By number, so that taking the first away costs nothing however many wait. */
  private readonly pending = new Map<number, Pending<Answer>>();
  private first = 0;
  private next = 0;

  constructor(manners: Manners<Answer>) {
    this.manners = manners;
  }

  /** Asks one question, a text of whole lines. */
  ask(question: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(closedFault());
        return;
      }
      this.pending.set(this.next++, { question, resolve, reject });
      if (this.process === undefined) this.begin();
      else this.post(question);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.process?.kill();
    await this.listening;
  }

  /** What is asked in one turn of the event loop is sent in one write: for small objects the write is most of the work. */
  private post(question: string): void {
    if (this.outbox === '') setImmediate(this.flush);
    this.outbox += question;
  }

  private readonly flush = (): void => {
    if (this.outbox !== '') this.process?.send(this.outbox);
    this.outbox = '';
  };

  /** Starts a process and puts to it whatever waits for an answer. */
  private begin(): void {
    const process = this.manners.start();
    this.process = process;
    this.outbox = [...this.pending.values()].map(({ question }) => question).join('');
    this.flush();
    this.listening = this.listen(process);
  }

  private async listen(process: RunningProcess): Promise<void> {
    const reader = this.manners.reader();
    let abandoned = false;
    for await (const chunk of process.output) {
      abandoned = this.digest(reader, chunk);
      if (abandoned) break;
    }
    if (abandoned) process.kill();
    const end = await process.ended;
    if (!abandoned || this.closed) this.mourn(end);
    this.process = undefined;
    if (this.pending.size > 0) this.begin();
  }

  /** Hands out the answers that a chunk completes. True if the process is not to be listened to any more. */
  private digest(reader: AnswerReader<Answer>, chunk: Buffer): boolean {
    for (let offset = 0; offset < chunk.length;) {
      const { used, answer, abandon = false } = reader.take(chunk, offset);
      offset += used;
      if (answer !== undefined) {
        const asked = this.takeFirst();
        if (answer instanceof Fault) asked?.reject(answer);
        else asked?.resolve(answer);
      }
      if (abandon) return true;
    }
    return false;
  }

  /** The process is gone: settles what can't be answered any more. */
  private mourn(end: ProcessEnd): void {
    if (this.closed || end.status === undefined) {
      const fault = this.closed ? closedFault() : endedFault(end);
      for (let asked = this.takeFirst(); asked !== undefined; asked = this.takeFirst()) asked.reject(fault);
      return;
    }
    const asked = this.takeFirst();
    asked?.reject(this.manners.explain(asked.question, end));
  }

  private takeFirst(): Pending<Answer> | undefined {
    const asked = this.pending.get(this.first);
    if (asked !== undefined) this.pending.delete(this.first++);
    return asked;
  }
}

function endedFault({ reason, stderr }: ProcessEnd): Fault {
  const message = ['A git process is gone.', reason, stderr].join(' ').trimEnd();
  return new Fault(
    'git.failed',
    message,
    'Try again; if it happens again, run git fsck --full in the repository.',
  );
}

const closedFault = (): Fault =>
  new Fault('git.failed', 'The repository was closed while it was still being read.', 'Try again.');
