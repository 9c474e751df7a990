/** The desk's settings for telephone, fax and `drop/`. */
import type { Duration } from '../base/clock.ts';
import type { NamePattern } from '../core/drop/drop-name.ts';
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
