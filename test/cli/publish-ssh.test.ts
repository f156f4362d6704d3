import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { archiveUrl, PublishWorld } from '../support/publish-world.ts';
import { runInTerminal, type TypedAnswer } from '../support/terminal-run.ts';

let world: PublishWorld;
afterEach(() => world.close());

/**
 * What ssh does, on this machine: it asks in the terminal for the passphrase of its key, the first time that it reads and
 * when it pushes, and runs the command that it is given last.
 */
const ssh = `#!/bin/sh
for command; do :; done
asked="$HOME/asked-$(echo "$command" | cut -d' ' -f1)"
if [ ! -e "$asked" ]; then
  touch "$asked"
  printf 'Enter passphrase for key %s: ' "$(basename "$asked")" > /dev/tty
  read -r answer < /dev/tty
  [ "$answer" = sesame ] || exit 255
fi
exec sh -c "$command"
`;

test('ssh has the terminal for its own question: no spinner draws while it waits', async () => {
  world = await PublishWorld.create();
  const [keyFile, program] = [join(world.home, 'key.asc'), join(world.home, 'ssh')];
  await writeFile(keyFile, world.alice.armoredSecretKey);
  await writeFile(program, ssh, { mode: 0o755 });
  const reading: TypedAnswer = { question: /asked-git-upload-pack: /, keys: 'sesame\r', thinking: 400 };
  const pushing: TypedAnswer = { question: /asked-git-receive-pack: /, keys: 'sesame\r', thinking: 400 };
  const yes: TypedAnswer = { question: /\? Sign and submit foo\.1\.0\?/, keys: 'y\r' };
  const flags = [
    ...['publish', '--to', `ssh://git@example.org${world.target.folder}`, '--key-file', keyFile],
    ...['--archive-url', archiveUrl, '--archive-file', join(world.home, 'foo-1.0.tar.gz')],
  ];
  const env = {
    ...world.environment,
    ...{ GIT_COMMITTER_NAME: 'Alice Example', GIT_COMMITTER_EMAIL: 'alice@example.org' },
    ...{ GIT_SSH_COMMAND: program, TERM: 'xterm-256color' },
  };
  const run = await runInTerminal(flags, [reading, yes, pushing], { cwd: world.source.folder, env });
  expect(run.answered, run.shown).toEqual([reading, yes, pushing]);
  expect(run.status, run.shown).toBe(0);
  for (const question of [reading, pushing]) {
    expect(run.meanwhile.get(question)).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/u);
  }
  expect(await world.target.git('rev-parse', 'publish-foo.1.0^')).toBe(world.base);
}, 120_000);
