import { sha256Hex } from '../core/digest.ts';
import { Fault } from '../core/fault.ts';
import type { Facts, OutwardAct, Performed, Undone } from '../core/outward-act.ts';
import type { SourceForge } from '../core/publish/source-forge.ts';
import type { HostedRelease, ReleaseFile, ReleaseHost } from '../core/release-host.ts';
import type { GitHub } from './github-client.ts';

/** Releases of a repository at GitHub, with their assets. */
export function githubReleases(github: GitHub, { owner, name, url }: SourceForge): ReleaseHost {
  const place: Place = { github, url, repository: { owner, repo: name } };
  return {
    address: url,
    requireLogin: () => {
      github.requireToken(`make a release of ${owner}/${name}`);
    },
    assetUrl: (tag, file) =>
      `${url}/releases/download/${tag.split('/').map(encodeURIComponent).join('/')}/${encodeURIComponent(file)}`,
    uploads: (release) => [
      makeRelease(place, release),
      ...release.files.map((file) => uploadAsset(place, release, file)),
    ],
    publishes: (release) => [publishRelease(place, release)],
  };
}

interface Place {
  readonly github: GitHub;
  readonly url: string;
  readonly repository: { readonly owner: string; readonly repo: string };
}

/** A release as GitHub tells of it, as far as it matters here. */
interface Release {
  readonly id: number;
  readonly tag_name: string;
  readonly draft: boolean;
  readonly upload_url: string;
  readonly assets: readonly Asset[];
}

interface Asset {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly state: string;
  /** `sha256:…`; older installations do not tell. */
  readonly digest?: string | null;
}

/** Drafts have no address of their own, and are found in the list alone. */
async function find({ github, repository, url }: Place, tag: string): Promise<Release | undefined> {
  const all = await github.list<Release>(`list the releases of ${url}`, (page, rest) =>
    rest.repos.listReleases({ ...repository, ...page }),
  );
  return all.find(({ tag_name }) => tag_name === tag);
}

async function require(place: Place, tag: string): Promise<Release> {
  const release = await find(place, tag);
  if (release !== undefined) return release;
  throw new Fault(
    'forge.refused',
    `${place.url} has no release ${tag}, which was made before.`,
    'Look at its releases; opam-signet publish --abort takes back what is left.',
  );
}

function makeRelease(place: Place, { tag, title, text }: HostedRelease): OutwardAct {
  const { github, repository, url } = place;
  return {
    id: 'make-release',
    title: `make a draft of release ${tag} at ${url}`,
    details: { url, tag },
    async perform(begun = false): Promise<Performed> {
      const standing = await find(place, tag);
      if (standing !== undefined) {
        const made = begun && standing.draft;
        return { outcome: `release ${tag} is there already`, made, facts: { release: `${standing.id}` } };
      }
      const { id } = await github.write<{ readonly id: number }>(
        `make release ${tag} of ${url}`,
        (rest) =>
          rest.repos.createRelease({ ...repository, tag_name: tag, name: title, body: text, draft: true }),
        () => find(place, tag),
      );
      return { outcome: `draft of release ${tag}`, made: true, facts: { release: `${id}` } };
    },
    async undo(facts: Facts | undefined): Promise<Undone> {
      const standing = await find(place, tag);
      const ours = facts === undefined || facts['release'] === `${standing?.id ?? ''}`;
      if (standing === undefined) return { undone: false, outcome: `release ${tag} is gone already` };
      if (!standing.draft || !ours || standing.assets.length > 0) {
        return {
          undone: false,
          outcome: `release ${tag} is public, somebody else's or has files, and stays`,
        };
      }
      await github.write(
        `delete the draft of release ${tag} of ${url}`,
        (rest) => rest.repos.deleteRelease({ ...repository, release_id: standing.id }),
        async () => ((await find(place, tag)) === undefined ? null : undefined),
      );
      return { undone: true, outcome: `deleted the draft of release ${tag} at ${url}` };
    },
  };
}

function uploadAsset(place: Place, { tag }: HostedRelease, { name, bytes }: ReleaseFile): OutwardAct {
  const { github, repository, url } = place;
  const standing = async (release: Release): Promise<Asset | undefined> =>
    (await assetsOf(place, release)).find((one) => one.name === name);
  const remove = (asset: Asset, release: Release) =>
    github.write<unknown>(
      `delete ${name} of release ${tag} of ${url}`,
      (rest) => rest.repos.deleteReleaseAsset({ ...repository, asset_id: asset.id }),
      async () => ((await standing(release)) === undefined ? null : undefined),
    );
  return {
    id: 'upload-asset',
    title: `upload ${name} (${bytes.length} bytes) to release ${tag} at ${url}`,
    details: { url, tag, name, sha256: sha256Hex(bytes) },
    async perform(begun = false) {
      const release = await require(place, tag);
      const there = await standing(release);
      if (there !== undefined && isThis(there, bytes))
        return { outcome: `${name} is there already`, made: begun };
      // An upload that was cut off leaves an asset that is no whole file (docs.github.com/rest/releases/assets).
      if (there !== undefined && there.state !== 'uploaded') await remove(there, release);
      else if (there !== undefined) throw otherAsset(name, tag, url);
      await github.write<unknown>(
        `upload ${name} to release ${tag} of ${url}`,
        (rest) =>
          rest.repos.uploadReleaseAsset({
            ...repository,
            baseUrl: release.upload_url.replace(/\/repos\/.*$/s, ''),
            release_id: release.id,
            name,
            // The interface says string, and sends what it is given (octokit/types.ts#…, uploadReleaseAsset).
            data: Buffer.from(bytes) as unknown as string,
            headers: { 'content-type': 'application/octet-stream', 'content-length': bytes.length },
          }),
        () => standing(release),
      );
      const uploaded = await standing(release);
      if (uploaded === undefined || !isThis(uploaded, bytes)) throw otherAsset(name, tag, url);
      return { outcome: `${name} at ${url}`, made: true };
    },
    async undo() {
      const release = await find(place, tag);
      const there = release && (await standing(release));
      if (release === undefined || there === undefined) {
        return { undone: false, outcome: `${name} of release ${tag} is gone already` };
      }
      if (there.state === 'uploaded' && !isThis(there, bytes)) {
        return { undone: false, outcome: `${name} of release ${tag} is another file now and stays` };
      }
      await remove(there, release);
      return { undone: true, outcome: `deleted ${name} of release ${tag} at ${url}` };
    },
  };
}

const assetsOf = ({ github, repository, url }: Place, { id, tag_name }: Release): Promise<readonly Asset[]> =>
  github.list<Asset>(`list the files of release ${tag_name} of ${url}`, (page, rest) =>
    rest.repos.listReleaseAssets({ ...repository, release_id: id, ...page }),
  );

/** By the digest where GitHub tells it. Whether users get these bytes is asked by downloading them. */
const isThis = ({ size, state, digest }: Asset, bytes: Uint8Array): boolean =>
  state === 'uploaded' &&
  size === bytes.length &&
  (digest === undefined || digest === null || digest === `sha256:${sha256Hex(bytes)}`);

const otherAsset = (name: string, tag: string, url: string): Fault =>
  new Fault(
    'forge.refused',
    `Release ${tag} at ${url} has another file ${name}, and what is published never changes.`,
    'Release a new version; or delete the file there, if nobody can have it yet, and run --continue.',
  );

function publishRelease(place: Place, { tag }: HostedRelease): OutwardAct {
  const { github, repository, url } = place;
  const setDraft = ({ id }: Release, draft: boolean): Promise<unknown> =>
    github.write<unknown>(
      `${draft ? 'hide' : 'publish'} release ${tag} of ${url}`,
      (rest) => rest.repos.updateRelease({ ...repository, release_id: id, draft }),
      async () => ((await find(place, tag))?.draft === draft ? null : undefined),
    );
  return {
    id: 'publish-release',
    title: `make release ${tag} at ${url} public`,
    details: { url, tag },
    async perform(begun = false) {
      const release = await require(place, tag);
      if (!release.draft) return { outcome: `release ${tag} is public already`, made: begun };
      await setDraft(release, false);
      return { outcome: `release ${tag} is public`, made: true };
    },
    async undo() {
      const release = await find(place, tag);
      if (release === undefined) return { undone: false, outcome: `release ${tag} is gone already` };
      if (release.draft) return { undone: false, outcome: `release ${tag} is a draft already` };
      await setDraft(release, true);
      return { undone: true, outcome: `made release ${tag} at ${url} a draft again` };
    },
  };
}
