/** What a mail of a gateway hands over, as intake knows it. */
import type { GatewayConfig } from '../../config/phone.ts';
import type { Address } from '../../core/message/address.ts';
import type { GatewayMail } from '../../core/phone/gateway-mail.ts';

export interface GatewayFinding {
  readonly gateway: GatewayConfig;
  /** Undefined when the mail does not prove to be the gateway's, or hands over nothing. */
  readonly call: GatewayCall | undefined;
}

export interface GatewayCall extends GatewayMail {
  readonly customer: Address | undefined;
  readonly several: readonly Address[];
}
