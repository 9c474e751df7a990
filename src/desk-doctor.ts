/**
 * The checks of `maildesk doctor` and of the page of problems, put together.
 *
 * Promises: building it asks nothing. A new check is one line here, and a function in services/doctor/.
 */
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { LiveConfig } from './config/config.ts';
import { type Check, createDoctor, type Doctor } from './services/doctor/doctor.ts';
import {
  checkCertificate,
  checkDrop,
  checkLeftovers,
  checkSecrets,
  parseValidTo,
} from './services/doctor/files.ts';
import {
  checkDiskClock,
  checkOneDisk,
  checkSnapshot,
  checkSpace,
  checkSync,
  checkWatches,
  findRunning,
} from './services/doctor/machine.ts';
import { checkNames, checkPorts, type NameDeps } from './services/doctor/network.ts';
import { checkTimes } from './services/doctor/times.ts';
import type { TicketIndex } from './services/index/index.ts';
import { checkSearch } from './services/index/text-health-file.ts';
import type { FileOps } from './storage/files.ts';
import type { TicketReader } from './storage/ticket-store.ts';

export interface DeskDoctorDeps extends NameDeps {
  readonly files: FileOps;
  readonly directory: string;
  readonly config: Pick<LiveConfig, 'current'>;
  readonly index: Pick<TicketIndex, 'records'>;
  readonly reader: Pick<TicketReader, 'read'>;
  readonly clock: Clock;
}

export function createDeskDoctor(deps: DeskDoctorDeps): Doctor {
  const { files, clock } = deps;
  const desk = () => deps.config.current().desk;
  const running = () => findRunning(deps);
  const checks: readonly Check[] = [
    { name: 'clock', find: () => checkDiskClock(deps) },
    { name: 'space', find: () => checkSpace(deps) },
    { name: 'disk', find: () => checkSync(deps) },
    { name: 'file system', find: () => checkOneDisk(deps) },
    {
      name: 'watches',
      find: async () => checkWatches(deps, desk().watchedFolders, await running()),
    },
    { name: 'index snapshot', find: async () => checkSnapshot(deps, await running()) },
    { name: 'search', find: () => checkSearch(files, join(deps.directory, 'index')) },
    { name: 'ticket times', find: () => checkTimes(deps) },
    { name: 'secrets', find: () => checkSecrets(deps, secretFiles()) },
    { name: 'leftovers', find: () => checkLeftovers(deps) },
    { name: 'drop', find: async () => checkDrop(deps, (await running()) !== undefined) },
    {
      name: 'ports',
      find: async () => checkPorts(desk(), { clock, isRunning: (await running()) !== undefined }),
    },
    { name: 'dns', find: () => checkNames(desk(), deps) },
    { name: 'certificate', find: findCertificate },
  ];

  function secretFiles(): readonly string[] {
    const { dkimKeyFile, tlsKeyFile, openidClientSecretFile } = desk();
    return [dkimKeyFile, tlsKeyFile, openidClientSecretFile].filter((path) => path !== undefined);
  }

  async function findCertificate() {
    const path = desk().tlsCertificateFile;
    if (path === undefined) return [];
    const { validTo, subjectAltName = '' } = new X509Certificate(await files.readFile(path));
    const found = { validTo: parseValidTo(validTo), names: subjectAltName };
    return checkCertificate(found, desk().hostName, clock.now());
  }

  return createDoctor(checks, clock);
}
