import type { OutwardAct } from '../../src/core/outward-act.ts';
import type { PreparedPublish } from '../../src/workflows/prepared-publish.ts';
import type { PublishPorts } from '../../src/workflows/publish-request.ts';

/** Where an act fails: before anything of it is done, or after all of it was. */
export interface FailurePoint {
  readonly act: string;
  readonly when: 'before' | 'after';
}

/** The same prepared run and ports, with one act that fails at one point, as if the machine had stopped there. */
export function failingAt(
  point: FailurePoint,
  prepared: PreparedPublish,
  ports: PublishPorts,
): { readonly prepared: PreparedPublish; readonly ports: PublishPorts } {
  const { source, archiveSource } = ports;
  const { repository } = prepared;
  const fail = (act: OutwardAct): OutwardAct => (act.id === point.act ? failing(act, point.when) : act);
  const remote = source.remote && {
    ...source.remote,
    pushTag: (...args: Parameters<typeof source.remote.pushTag>) =>
      fail((source.remote ?? never()).pushTag(...args)),
  };
  return {
    prepared: {
      ...prepared,
      repository: new Proxy(repository, {
        get: (target, name) => {
          if (name === 'acts')
            return (...args: Parameters<typeof target.acts>) => target.acts(...args).map(fail);
          if (name === 'requests')
            return (...args: Parameters<typeof target.requests>) => target.requests(...args).map(fail);
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      }),
    },
    ports: {
      ...ports,
      source: { ...source, remote, makeTag: (...args) => fail(source.makeTag(...args)) },
      archiveSource: { ...archiveSource, write: (...args) => fail(archiveSource.write(...args)) },
    },
  };
}

const never = (): never => {
  throw new Error('no remote');
};

const failing = (act: OutwardAct, when: FailurePoint['when']): OutwardAct => ({
  ...act,
  perform: async (begun) => {
    if (when === 'after') await act.perform(begun);
    throw new Error(`stopped ${when} ${act.id}`);
  },
});
