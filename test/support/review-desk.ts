import { join } from 'node:path';
import { JournalFile } from '../../src/adapters/journal-file.ts';
import { maintainedRemote } from '../../src/adapters/git-remote.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import { UserGit } from '../../src/adapters/user-git.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore, Signer } from '../../src/core/ports.ts';
import type { MaintainedRemote } from '../../src/core/review-ports.ts';
import type { VerifyPrRequest } from '../../src/workflows/verify-pr.ts';
import { type Person, repositoryId } from './cast.ts';
import { silent } from './judging.ts';
import { TestRepository } from './repository.ts';
import type { Scenario } from './scenario.ts';
import { scrubbedEnvironment, temporaryFolder } from './scratch.ts';

/** A maintainer at work on a scenario's repository, with the package repository that it was cloned from. */
export class ReviewDesk {
  readonly scenario: Scenario;
  /** Where maintainers push to. */
  readonly origin: TestRepository;
  readonly remote: MaintainedRemote;
  readonly store: ObjectStore;
  readonly home: string;

  private constructor(parts: Pick<ReviewDesk, 'scenario' | 'origin' | 'remote' | 'store' | 'home'>) {
    this.scenario = parts.scenario;
    this.origin = parts.origin;
    this.remote = parts.remote;
    this.store = parts.store;
    this.home = parts.home;
  }

  static async of(scenario: Scenario): Promise<ReviewDesk> {
    const origin = await TestRepository.create({ bare: true });
    const { repository } = scenario;
    await repository.git('remote', 'add', 'origin', origin.folder);
    await repository.git('push', '--quiet', 'origin', 'main');
    const home = await temporaryFolder();
    const environment = scrubbedEnvironment(home);
    const git = new UserGit(repository.folder, environment, repository.gitFolder);
    const remote = maintainedRemote(git, { name: 'origin', address: origin.folder }, repository.format);
    const store = await openStore(repository.folder, { kind: 'auto', environment });
    return new ReviewDesk({ scenario, origin, remote, store, home });
  }

  /** A pull request to main as it stands in the scenario, judged from the anchor on. */
  request(head: Oid, base: Oid = this.scenario.anchor): VerifyPrRequest {
    const { people, anchor } = this.scenario;
    const fingerprints = [people.ada.fingerprint, people.ben.fingerprint];
    const trust = { repository: repositoryId, quorum: 2, fingerprints, from: anchor };
    return {
      store: this.store,
      base,
      head,
      tag: undefined,
      trust: { kind: 'anchor', anchor: trust },
      now: this.scenario.now,
      progress: silent,
      sources: undefined,
    };
  }

  /** Somebody's key and name, and the time of the story. */
  hands(person: Person) {
    const { scenario, remote } = this;
    const key = scenario.people[person];
    const signer: Signer = {
      fingerprint: key.fingerprint,
      description: `test key ${key.fingerprint}`,
      sign: (payload) => key.sign(payload, scenario.now),
      certificate: () => Promise.resolve(key.certificate),
    };
    return {
      openSigner: () => Promise.resolve(signer),
      author: { name: person, email: `${person}@example.org`, zone: '+0100' },
      remote,
      clock: () => scenario.now,
    };
  }

  journal(): JournalFile {
    return new JournalFile(join(this.home, 'journal.jsonl'));
  }

  /** Every reference of both repositories, and how many objects they have: what a run that does nothing leaves alone. */
  async everything(): Promise<string> {
    const all = [this.scenario.repository, this.origin].map(async (repository) => [
      await repository.git('for-each-ref'),
      await repository.git('count-objects', '-v'),
    ]);
    return (await Promise.all(all)).flat().join('\n');
  }
}
