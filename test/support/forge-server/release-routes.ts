import { type Answer, type Call, paged, type Routes } from './call.ts';
import type { ForgeAsset, ForgeRelease, ForgeRepository } from './forge-state.ts';
import { invalid, Refusal } from './refusal.ts';
import { assetBody, instant, releaseBody, userBody, isApp } from './shapes.ts';

const repositoryPath = '/repos/{owner}/{repo}';
const releases = `${repositoryPath}/releases`;
const release = `${releases}/{release_id}`;
const asset = `${releases}/assets/{asset_id}`;
const checkRuns = `${repositoryPath}/check-runs`;

/** Releases with their assets, and what programs report about commits. */
export const releaseRoutes: Routes = {
  [`GET ${releases}`]: (call) =>
    paged(
      call,
      visible(call).map((one) => releaseBody(call, call.repository, one)),
    ),
  [`POST ${releases}`]: async (call) => ({ status: 201, body: await make(call) }),
  [`GET ${releases}/tags/{tag}`]: (call) => {
    const found = call.repository.releases.find(({ tag, draft }) => tag === call.path('tag') && !draft);
    if (found === undefined) throw new Refusal(404, 'Not Found');
    return { status: 200, body: releaseBody(call, call.repository, found) };
  },
  [`GET ${release}`]: (call) => ({ status: 200, body: releaseBody(call, call.repository, releaseOf(call)) }),
  [`PATCH ${release}`]: async (call) => {
    const repository = call.repositoryFor('write');
    const found = releaseOf(call);
    found.tag = call.textOr('tag_name', found.tag);
    found.name = call.textOr('name', found.name);
    found.body = call.textOr('body', found.body);
    found.prerelease = call.flag('prerelease', found.prerelease);
    found.draft = call.flag('draft', found.draft);
    if (!found.draft) await makeTag(call, repository, found);
    return { status: 200, body: releaseBody(call, repository, found) };
  },
  [`DELETE ${release}`]: (call) => {
    const repository = call.repositoryFor('write');
    repository.releases.splice(repository.releases.indexOf(releaseOf(call)), 1);
    return { status: 204 };
  },
  [`GET ${release}/assets`]: (call) => {
    const found = releaseOf(call);
    return paged(
      call,
      found.assets.map((one) => assetBody(call, call.repository, found, one)),
    );
  },
  [`POST ${release}/assets`]: upload,
  [`GET ${asset}`]: (call) => {
    const [found, one] = assetOf(call);
    return { status: 200, body: assetBody(call, call.repository, found, one) };
  },
  [`DELETE ${asset}`]: (call) => {
    call.repositoryFor('write');
    const [found, one] = assetOf(call);
    found.assets.splice(found.assets.indexOf(one), 1);
    return { status: 204 };
  },

  [`POST ${checkRuns}`]: (call) => {
    if (!isApp(call.caller)) throw new Refusal(403, 'You must authenticate via a GitHub App.');
    const { checkRuns: runs } = call.repositoryFor('write');
    const run = { id: call.state.nextId(), status: 'queued', ...call.body };
    runs.push(run);
    return { status: 201, body: runBody(run) };
  },
  [`GET ${checkRuns}/{check_run_id}`]: (call) => ({ status: 200, body: runBody(runOf(call)) }),
  [`PATCH ${checkRuns}/{check_run_id}`]: (call) => {
    call.repositoryFor('write');
    return { status: 200, body: runBody(Object.assign(runOf(call), call.body)) };
  },
  [`GET ${repositoryPath}/commits/{ref}/check-runs`]: async (call) => {
    const oid = await commitOf(call);
    const runs = call.repository.checkRuns.filter((run) => run['head_sha'] === oid);
    return paged(call, runs.map(runBody), (page) => ({ total_count: runs.length, check_runs: page }));
  },
  [`POST ${repositoryPath}/statuses/{sha}`]: (call) => {
    const repository = call.repositoryFor('write');
    const moment = instant(call.state.now());
    const status = { id: call.state.nextId(), sha: call.path('sha'), context: 'default', ...call.body };
    const made = { ...status, creator: userBody(call, call.caller), created_at: moment, updated_at: moment };
    repository.statuses.push(made);
    return { status: 201, body: made };
  },
  [`GET ${repositoryPath}/commits/{ref}/statuses`]: async (call) => {
    const oid = await commitOf(call);
    return paged(call, call.repository.statuses.filter((one) => one['sha'] === oid).toReversed());
  },
};

/** Drafts are seen by those who can publish them. */
function visible(call: Call): readonly ForgeRelease[] {
  const { repository, state, login } = call;
  const writer = ['admin', 'write'].includes(state.permission(repository, login));
  return repository.releases.filter(({ draft }) => writer || !draft).toReversed();
}

function releaseOf(call: Call): ForgeRelease {
  const found = visible(call).find(({ id }) => id === call.number('release_id'));
  if (found === undefined) throw new Refusal(404, 'Not Found');
  return found;
}

async function make(call: Call) {
  const repository = call.repositoryFor('write');
  const tag = call.text('tag_name');
  const draft = call.flag('draft');
  if (!draft && repository.releases.some((one) => one.tag === tag && !one.draft))
    throw invalid('Release', `Tag ${tag} has a release already`, 'already_exists');
  const made: ForgeRelease = {
    id: call.state.nextId(),
    author: call.caller,
    ...{ tag, draft, name: call.textOr('name', null), body: call.textOr('body', null) },
    prerelease: call.flag('prerelease'),
    target: call.textOr('target_commitish', repository.defaultBranch),
    created: call.state.now(),
    assets: [],
  };
  if (!draft) await makeTag(call, repository, made);
  repository.releases.push(made);
  return releaseBody(call, repository, made);
}

/** Publishing a release makes a lightweight tag where there is none, which nobody has signed. */
async function makeTag(
  call: Call,
  repository: ForgeRepository,
  { tag, target }: ForgeRelease,
): Promise<void> {
  if ((await call.state.resolve(repository, `refs/tags/${tag}`)) !== undefined) return;
  const oid = await call.state.resolve(repository, target);
  if (oid === undefined) throw invalid('Release', 'target_commitish is invalid', 'invalid');
  await repository.git.ref(`refs/tags/${tag}`, oid);
}

function upload(call: Call): Answer {
  const repository = call.repositoryFor('write');
  const found = releaseOf(call);
  const name = (call.query.get('name') ?? '').replaceAll(/[^\w.+-]/g, '.');
  if (found.assets.some((one) => one.name === name))
    throw invalid('ReleaseAsset', `${name} is there already`, 'already_exists');
  const made: ForgeAsset = {
    ...{ id: call.state.nextId(), name, contentType: call.contentType },
    ...{ label: call.query.get('label') ?? undefined, content: call.raw, uploader: call.caller },
  };
  found.assets.push(made);
  return { status: 201, body: assetBody(call, repository, found, made) };
}

function assetOf(call: Call): readonly [ForgeRelease, ForgeAsset] {
  const id = call.number('asset_id');
  for (const found of visible(call)) {
    const one = found.assets.find((candidate) => candidate.id === id);
    if (one !== undefined) return [found, one];
  }
  throw new Refusal(404, 'Not Found');
}

function runOf(call: Call): Record<string, unknown> {
  const id = call.number('check_run_id');
  const found = call.repository.checkRuns.find((run) => run['id'] === id);
  if (found === undefined) throw new Refusal(404, 'Not Found');
  return found;
}

/** A run as it is shown: of its annotations only the number (docs.github.com/rest/checks/runs). */
function runBody(run: Readonly<Record<string, unknown>>) {
  const output = (run['output'] ?? {}) as Record<string, unknown>;
  const annotations = Array.isArray(output['annotations']) ? output['annotations'] : [];
  const { title = null, summary = null, text = null } = output;
  return {
    conclusion: null,
    ...run,
    ...(run['conclusion'] === undefined ? {} : { status: 'completed' }),
    output: { title, summary, text, annotations_count: annotations.length },
  };
}

async function commitOf(call: Call): Promise<string> {
  const oid = await call.state.resolve(call.repository, `${call.path('ref')}^{commit}`);
  if (oid === undefined) throw new Refusal(404, 'Not Found');
  return oid;
}
