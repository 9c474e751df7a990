/** Reads the settings for telephone, fax and `drop/`. */
import type { PhoneConfig } from './phone.ts';
import type { SettingReader } from './reader.ts';

export function readPhoneSettings({ read }: SettingReader): PhoneConfig {
  return {
    country: read('country'),
    dropStableMs: read('dropStableMs'),
    dropMostBytes: read('dropMostBytes'),
    dropNames: read('dropNames'),
    faxGateway: read('faxGateway'),
    faxText: read('faxText'),
  };
}
