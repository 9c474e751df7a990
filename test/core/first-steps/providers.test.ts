import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workOutServer } from '../../../src/core/first-steps/providers.ts';

const typed = { host: '', port: '', security: '', user: '', address: 'support@kontor.example' };
const found = (protocol: 'smtp' | 'imap', what: Partial<typeof typed>) => {
  const { provider, ...server } = workOutServer(protocol, { ...typed, ...what });
  return { ...server, name: provider?.name };
};

describe('workOutServer', () => {
  it('guesses nothing from nothing', () => {
    expect(found('smtp', {})).toEqual({
      host: '',
      port: '',
      security: '',
      user: '',
      name: undefined,
    });
  });

  it('takes the port for mail programs, and the address as user, for an ordinary name', () => {
    expect(found('smtp', { host: 'mail.kontor.example' })).toEqual({
      host: 'mail.kontor.example',
      port: '587',
      security: 'starttls',
      user: 'support@kontor.example',
      name: undefined,
    });
    expect(found('imap', { host: 'mail.kontor.example' })).toMatchObject({
      port: '993',
      security: 'tls',
    });
  });

  it('needs no log-in on this machine', () => {
    expect(found('smtp', { host: 'localhost' })).toMatchObject({
      port: '25',
      security: 'starttls',
      user: '',
    });
  });

  it('lets port and encryption follow from each other', () => {
    expect(found('smtp', { host: 'm.example', port: '465' }).security).toBe('tls');
    expect(found('smtp', { host: 'm.example', port: '2525' }).security).toBe('starttls');
    expect(found('smtp', { host: 'm.example', security: 'tls' }).port).toBe('465');
    expect(found('imap', { host: 'm.example', security: 'starttls' }).port).toBe('143');
    expect(found('smtp', { host: 'smtp.gmail.com', port: '587' })).toMatchObject({
      security: 'starttls',
      name: 'Gmail',
    });
  });

  it('reads an address of a server as people copy it', () => {
    expect(found('smtp', { host: ' smtps://Mail.Example.org ' })).toMatchObject({
      host: 'mail.example.org',
      port: '465',
      security: 'tls',
    });
    expect(found('smtp', { host: 'mail.example.org:2525' })).toMatchObject({
      host: 'mail.example.org',
      port: '2525',
    });
    expect(found('smtp', { host: '[2001:db8::1]:25' })).toMatchObject({
      host: '2001:db8::1',
      port: '25',
    });
  });

  it('knows the servers of a provider by an address, that of the field before that of the desk', () => {
    const desk = { address: 'kontor@gmx.de' };
    expect(found('smtp', desk)).toMatchObject({
      host: 'mail.gmx.net',
      port: '465',
      user: 'kontor@gmx.de',
      name: 'GMX',
    });
    expect(found('imap', { ...desk, user: 'anna@posteo.de' })).toMatchObject({
      host: 'posteo.de',
      port: '993',
      user: 'anna@posteo.de',
    });
    expect(found('smtp', { ...desk, host: 'anna@gmail.com' })).toMatchObject({
      host: 'smtp.gmail.com',
      port: '465',
      security: 'tls',
    });
  });

  it('is total, and what was typed wins', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('smtp' as const, 'imap' as const),
        fc.string(),
        fc.string(),
        fc.constantFrom('tls', 'starttls'),
        (protocol, host, user, security) => {
          const server = found(protocol, { host, port: '77', security, user });
          expect(server).toMatchObject({ port: '77', security });
          if (user.trim() !== '') expect(server.user).toBe(user.trim());
        },
      ),
    );
  });
});
