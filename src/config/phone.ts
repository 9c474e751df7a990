/** The desk's settings for telephone, fax and `drop/`. */
import type { Duration } from '../base/clock.ts';
import type { NamePattern } from '../core/drop/drop-name.ts';
import type { IpNetwork } from '../core/message/ip-network.ts';
import type { FaxGateway } from '../core/phone/fax-gateway.ts';
import type { Country } from '../core/phone/phone-number.ts';

export interface PhoneConfig {
  /** Where numbers without `+` are dialled; undefined: such numbers are not understood. */
  readonly country: Country | undefined;
  /** A file in `drop/` is taken when it was the same for this long. */
  readonly dropStableMs: Duration;
  readonly dropMostBytes: number;
  /** Asked before the built-in ones. */
  readonly dropNames: readonly NamePattern[];
  /** Undefined: nothing can be answered by fax. */
  readonly faxGateway: FaxGateway | undefined;
  /** How the text of such an answer goes to the gateway. */
  readonly faxText: 'body' | 'file';
}

/** A fax server or telephone system whose mails are believed: `gateways/NAME.yaml`. */
export interface GatewayConfig {
  /** Name of its file, without the ending. */
  readonly name: string;
  /** Address keys, or domains with an `@` in front: `@fax.example.org`. */
  readonly from: readonly string[];
  /** What its mails are; undefined: as subject and files say. */
  readonly kind: 'fax' | 'recording' | undefined;
  /** Machines that are believed without a signature; empty for none. */
  readonly clients: readonly IpNetwork[];
  /** Whether mail that another program delivers here, or that is fetched from a mailbox, is believed as it is. */
  readonly trustsLocal: boolean;
  readonly queue: string | undefined;
}
