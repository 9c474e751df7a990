/**
 * The log: fixed event names, facts as fields, one line an outcome.
 *
 * Owns: pino. Leaves to others: what is worth a line. No bodies, subjects, passwords or tokens.
 */
import { type Logger, pino } from 'pino';

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A log whose level is known only after the configuration was read. */
export interface AdjustableLog extends Log {
  setLevel(level: LogLevel): void;
}

/** Writes JSON lines to standard error. */
export function jsonLog(level: LogLevel): AdjustableLog {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'event',
  };
  const logger = pino(options, pino.destination({ dest: 2, sync: false }));
  const setLevel = (wanted: LogLevel) => {
    logger.level = wanted;
  };
  return { ...fromPino(logger), setLevel };
}

function fromPino(logger: Logger): Log {
  return {
    debug: (event, fields = {}) => logger.debug(fields, event),
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    error: (event, fields = {}) => logger.error(fields, event),
    child: (fields) => fromPino(logger.child(fields)),
  };
}

export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};
