/** The driver could not be judged; the message says why and what to do, in one line. */
export class NotJudged extends Error {
  override readonly name = 'NotJudged';
}
