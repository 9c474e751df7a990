/** The names under which the desk and its people are known, against which a writer's name is compared. */
import type { Config } from '../../config/config.ts';
import { isOwnAddress } from '../../config/own-address.ts';
import { addressKey } from '../../core/message/address.ts';
import { type OwnNames, skeletonOf } from '../../core/message/look-alike.ts';
import type { Agent } from '../../services/accounts/accounts.ts';

export function ownNamesOf(config: Config, agents: readonly Agent[]): OwnNames {
  const { desk, queues } = config;
  const mails = new Set(agents.map(({ email }) => addressKey(email)).filter((key) => key !== ''));
  const people = [
    ...desk.addresses,
    ...queues.flatMap(({ addresses }) => addresses),
    ...agents.map(({ name }) => name),
  ];
  const places = [desk.name, ...queues.map(({ name }) => name)];
  return {
    isOwn: (address) => mails.has(addressKey(address)) || isOwnAddress(address, config),
    people: new Set(people.map(skeletonOf)),
    places: new Set(places.map(skeletonOf)),
  };
}
