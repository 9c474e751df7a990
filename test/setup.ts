/** What holds for every test: a log line that nobody expected fails it, and its directories go away with it. */
import { afterAll, afterEach } from 'vitest';
import { verifyTestLogs } from './helpers/log.ts';
import { removeDirectoriesOfFile, removeDirectoriesOfTest } from './helpers/temp.ts';

afterEach(removeDirectoriesOfTest);
afterEach(verifyTestLogs);
afterAll(removeDirectoriesOfFile);
