/**
 * The sender of the smarthost that is configured now.
 *
 * Promises: a changed smarthost takes over after the attempts under way have ended; without one the
 * mails wait in the outbox.
 */
import { createKeyedSerial } from '../../base/serial.ts';
import type { LiveConfig, Smarthost } from '../../config/config.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import { createDkimSigner } from './dkim.ts';
import { createSender, type Sender, type SenderDeps } from './sender.ts';
import { createTransport, type Transport } from './transport.ts';

export interface Outbound {
  start(): void;
  wake(name?: MessageName): void;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export function createOutbound(deps: Omit<SenderDeps, 'transport'>, config: LiveConfig): Outbound {
  const serial = createKeyedSerial();
  const sign = createDkimSigner(deps, () => config.current().desk);
  let inForce = wantedNow();
  let transport = open(config.current().desk.smarthost);
  let sender = make(transport);
  let end = () => {};

  function open(host: Smarthost | undefined): Transport | undefined {
    const { hostName, sendConnections } = config.current().desk;
    if (host === undefined) return undefined;
    return createTransport(
      { log: deps.log, sign },
      { ...host, hostName, connections: sendConnections },
    );
  }

  /** All that a sender is made with. */
  function wantedNow(): string {
    const { smarthost, sendConnections, giveUpAfterMs, hostName } = config.current().desk;
    return JSON.stringify({ smarthost, sendConnections, giveUpAfterMs, hostName });
  }

  function make(via: Transport | undefined): Sender {
    const { sendConnections, giveUpAfterMs } = config.current().desk;
    return createSender(
      { ...deps, transport: via },
      { connections: sendConnections, giveUpAfterMs },
    );
  }

  async function replace(): Promise<void> {
    const wanted = wantedNow();
    if (wanted === inForce) return;
    inForce = wanted;
    await sender.stop();
    transport?.close();
    transport = open(config.current().desk.smarthost);
    sender = make(transport);
    sender.start();
  }

  return {
    start() {
      sender.start();
      end = config.onChange(() => void serial.run('replace', replace));
    },
    wake: (name) => sender.wake(name),
    settled: () => sender.settled(),
    async stop() {
      end();
      await serial.idle();
      await sender.stop();
      transport?.close();
    },
  };
}
