// SPDX-License-Identifier: Apache-2.0
// Role x operation: the answer of every HTTP operation to every role, to a key, and to nobody, written down in one table. http-matrix.test.mjs
// drives it against the running server, with real things to act on, and fails when an operation of docs/openapi.yaml has no line here, when a
// line has no operation, or when an answer is another.
//
// To add an operation: a line in `expected`, and how to prepare it in `given` when it needs a path, a query or a body. The columns:
//
//   R référent  L lead  A administrator  U auditor  N analyst  P prevention officer   each with that role in all spaces
//   W           somebody who has all six roles, in another space than what the operation is about
//   K k         an API key of all spaces: with the scope that the operation takes (all scopes where it takes none), and with every other
//   0           nobody: no cookie, no key
//
// A cell is a status; '-' is not driven (the same as another cell, or senseless). What is allowed answers 2xx, or the 4xx that proves that
// the asker got past the door (409), never only 404.
import { totp } from './authenticator.lib.mjs';
import { addUser } from './lib.mjs';
import { Visitor } from './signin.lib.mjs';

const columns = 'R L A U N P W K k 0'.split(' ');

const lines = `
sendEvents         401 401 401 401 401 401 401 200 403 401
streamEvents       200 200 200 200 200 200 200 401  -  401
uploadMedia        401 401 401 401 401 401 401 201 403 401
listCases          200 200 200 200 200 403 200 200 403 401
readCase           200 200 403 403 200 404 404 401  -  401
readCaseEvents     200 200 403 403 200 404 404 401  -  401
readCaseAhead      200 200 403 403 200 404 404 401  -  401
openCase           200 200 403 403 200 404 404 401  -  401
readCaseAccounts   200 200 403 403 200 404 404 401  -  401
listFilings        200 200 403 200 200 403 200 401  -  401
myFilings          200 200 403 200 200 403 200 401  -  401
listCaseFilings    200 200 403 200 200 404 404 401  -  401
draftFiling        201 201 403 403 403 404 404 401  -  401
readFiling         200 200 403 200 200 404 404 401  -  401
dropFiling         204 204 403 403 403 404 404 401  -  401
listFilingDocuments 200 200 403 403 200 404 404 401 -  401
readFilingDocument 200 200 403 403 200 404 404 401  -  401
readFilingPage     200 200 403 403 200 404 404 401  -  401
listFilingFields   200 200 403 403 200 404 404 401  -  401
setFilingOptions   200 200 403 403 403 404 404 401  -  401
confirmFiling      409 409 403 403 403 404 404 401  -  401
secondFiling       409 409 403 403 403 404 404 401  -  401
withdrawFiling     200 200 403 403 403 404 404 401  -  401
retryFiling        403 409 403 403 403 404 404 401  -  401
recheckFiling      409 409 403 403 403 404 404 401  -  401
followUpFiling     409 409 403 403 403 404 404 401  -  401
doneFiling         403 409 403 403 403 404 404 401  -  401
listFilingAnswers  200 200 403 200 200 404 404 401  -  401
recordFilingAnswer 409 409 403 403 409 404 404 401  -  401
myAnswers          200 200 200 200 200 200 200 401  -  401
requestContext     201 201 403 403 201 404 404 401  -  401
answerContext      401 401 401 401 401 401 401 201 403 401
readRoute          200 200 403 403 200 404 404 401  -  401
addFact            201 201 403 403 403 404 404 401  -  401
removeFact         204 204 403 403 403 404 404 401  -  401
listReceivers      200 200 200 200 200 200 200 401  -  401
listLaw            200 200 200 200 200 200 200 401  -  401
claimCase          200 200 403 403 403 404 404 401  -  401
releaseCase        200 200 403 403 200 404 404 401  -  401
decideCase         201 201 403 403 403 404 404 401  -  401
undoDecision       409 409 403 403 403 404 404 401  -  401
draftStatement     200 200 403 403 403 404 404 401  -  401
listStatements     200 200 403 403 200 404 404 401  -  401
makeAppeal         201 201 404 404 404 404 404 201 403 401
listAppeals        200 200 403 200 403 403 200 401  -  401
appealFigures      403 200 200 200 403 200 200 401  -  401
readAppeal         200 200 403 200 403 403 404 401  -  401
lookAgain          403 409 403 403 403 404 404 401  -  401
answerAppeal       200 200 403 403 403 403 404 401  -  401
previewBulk        403 200 403 403 403 403 403 401  -  401
decideBulk         403 201 403 403 403 403 404 401  -  401
undoBulk           403 409 403 403 403 403 409 401  -  401
holdCase           403 200 200 403 403 404 404 401  -  401
readEvidence       200 200 200 200 200 404 404 401  -  401
takeArchive        403 200 403 403 200 404 404 401  -  401
exportCase         403 200 403 403 200 404 404 401  -  401
handOver           403 200 403 403 403 404 404 401  -  401
readCertificateOfDestruction 200 200 200 200 200 404 404 401  -  401
judgeEvidence      200 200 403 403 403 404 404 401  -  401
evidenceQuality    403 200 200 403 403 403 200 401  -  401
listGold           403 200 403 403 403 403 200 401  -  401
addGold            403 201 403 403 403 403 404 401  -  401
listMadeUp         403 200 403 403 403 403 200 401  -  401
endGold            403 204 403 403 403 403 404 401  -  401
agreement          403 200 200 200 403 200 200 401  -  401
figures            403 200 200 200 403 200 200 401  -  401
figuresCsv         403 200 200 200 403 200 200 401  -  401
dsaTables          403 200 200 200 403 200 200 401  -  401
dsaTableCsv        403 200 200 200 403 200 200 401  -  401
dsaPage            403 200 200 200 403 200 200 401  -  401
dsaReport          403 200 200 200 403 200 200 401  -  401
viewThumbnail      200 200 403 403 200 404 404 401  -  401
viewWhole          409 409 403 403 403 404 404 401  -  401
listMediaViews     200 200 200 200 200 404 404 401  -  401
listBanks          200 200 200 403 200 403 200 200 403 401
createBank         403 201 201 403 403 403 403 401  -  401
readBank           200 200 200 404 200 404 404 200 403 401
removeBank         403 403 204 404 403 404 404 401  -  401
searchBank         200 200 200 404 200 404 404 200 403 401
addEntries         403 200 200 404 403 404 404 200 403 401
removeEntry        403 204 204 404 403 404 404 204 403 401
giveOpinion        200 200 403 404 403 404 404 401  -  401
importBank         403 200 200 404 403 404 404 200 403 401
exportBank         403 200 200 404 403 404 404 401  -  401
readWelfare        200 200 200 200 200 200 200 401  -  401
readWishes         200 200 200 200 200 200 200 401  -  401
setWishes          200 200 200 200 200 200 200 401  -  401
planShift          200 200 200 200 200 200 200 401  -  401
askSupport         200 200 200 200 200 200 200 401  -  401
readGroupWelfare   403 200 200 403 403 403 200 401  -  401
signIn              -   -   -   -   -   -   -   -   -  200
readSession        200 200 200 200 200 200 200 401  -  401
signOut            204 204 204 204 204 204 204 401  -  401
nextCase           200 200 403 403 403 403 403 401  -  401
takeBackCase       403 200 403 403 403 404 404 401  -  401
listLinked         200 200 200 200 200 404 404 401  -  401
readSkills         200 200 200 200 200 200 200 401  -  401
setSkills          200 200 200 200 200 200 200 401  -  401
readPersonSkills   403 200 200 403 403 403 404 401  -  401
setPersonSkills    403 200 200 403 403 403 404 401  -  401
readDisplay        200 200 200 200 200 200 200 401  -  401
chooseDisplay      200 200 200 200 200 200 200 401  -  401
listPeople         403 200 200 200 403 403 200 401  -  401
setGrants          403 403 200 403 403 403 404 401  -  401
beginLeave         403 403 200 403 403 403 404 401  -  401
endLeave           403 403 200 403 403 403 404 401  -  401
closeAccount       403 403 200 403 403 403 404 401  -  401
endSessionsOf      403 403 204 403 403 403 404 401  -  401
inviteAgain        403 403 201 403 403 403 404 401  -  401
invite             403 403 201 403 403 403 403 401  -  401
readInvitation      -   -   -   -   -   -   -  200  -  404
acceptInvitation    -   -   -   -   -   -   -  204  -  404
describeMe         200 200 200 200 200 200 200 401  -  401
changePassword     200 200 200 200 200 200 200 401  -  401
listSessions       200 200 200 200 200 200 200 401  -  401
endOtherSessions   204 204 204 204 204 204 204 401  -  401
endSession         204 204 204 204 204 204 204 401  -  401
listAudit          403 403 200 200 403 403 200 401  -  401
exportAudit        403 403 200 200 403 403 200 401  -  401
readAuditCheckpoint 200 200 200 200 200 200 200 200  -  200
readAuditKey       200 200 200 200 200 200 200 200  -  200
proveAuditEntry    403 403 200 200 403 403 200 401  -  401
proveAuditGrowth   403 403 200 200 403 403 200 401  -  401
signInWays         200  -   -   -   -   -   -  200  -  200
beginProvider       -   -   -   -   -   -   -   -   -  404
finishProvider      -   -   -   -   -   -   -   -   -  404
secondStep          -   -   -   -   -   -   -   -   -  200
beginPasskey        -   -   -   -   -   -   -   -   -  202
proveAgain         204 204 204 204 204 204 204 401  -  401
listFactors        200 200 200 200 200 200 200 401  -  401
beginFactor        200 200 200 200 200 200 200 401  -  401
confirmFactor      201  -  201  -   -   -   -  401  -  401
renameFactor       204  -  204  -   -   -   -  401  -  401
removeFactor       204  -  204  -   -   -   -  401  -  401
newRecoveryCodes   201  -  201  -   -   -   -  401  -  401
listCourses        200 200 200 200 200 200 200 401  -  401
readCourse         200 200 200 200 200 200 200 401  -  401
startAttempt       201 201 201 201 201 201 201 401  -  401
handInAttempt      200 200 200 200 200 200 200 401  -  401
listMyCertificates 200 200 200 200 200 200 200 401  -  401
listCertificates   403 200 403 403 403 403 200 401  -  401
recordCertificate  403 201 403 403 403 403 403 401  -  401
suspendCategory    403 204 403 403 403 403 403 401  -  401
reinstateCategory  403 204 403 403 403 403 403 401  -  401
revokeCertificate  403 200 403 403 403 403 404 401  -  401
listPractice       200 200 200 200 200 200 200 401  -  401
readPractice       200 200 200 200 200 200 200 401  -  401
decidePractice     200 200 200 200 200 200 200 401  -  401
listSpaces         200 200 200 200 200 200 200 401  -  401
listDeadLetters    403 200 200 403 403 403 200 401  -  401
retryDeadLetter    403 202 202 403 403 403 404 401  -  401
health             200 200 200 200 200 200 200 200  -  200
ready              200 200 200 200 200 200 200 200  -  200
metrics            401 401 401 401 401 401 401 200 403 401
listClosedFigures  403 200 200 403 403 403 200 401  -  401
recountFigures     403 200 200 403 403 403 403 401  -  401
listDisclosures    403 200 200 403 403 403 200 401  -  401
readDisclosure     403 200 200 403 403 403 404 401  -  401
retryDisclosure    403 409 409 403 403 403 404 401  -  401
sendDisclosure     403 200 200 403 403 403 404 401  -  401
mendDisclosure     403 409 409 403 403 403 404 401  -  401
listDemands        200 200 200 200 403 403 200 401  -  401
addDemand          403 201 201 403 403 403 403 201 403 401
readDemand         200 200 200 200 403 403 404 401  -  401
stepDemand         403 200 200 403 403 403 404 401  -  401
executeDemand      403 200 200 403 403 403 404 200 403 401
readDemandProof    200 200 200 200 403 403 404 401  -  401
sendNotice         201 201 201 201 201 201 201 201 403 201
listNotices        200 200 403 200 403 403 200 401  -  401
readNoticeStatus   200 200 200 200 200 200 200 200  -  200
withdrawNotice     200 200 200 200 200 200 200 200  -  200
findUnfounded      200 200 404 403 404 404 404 401  -  401
showNotifier       200 200 404 403 404 404 404 401  -  401
processNotice      403 409 409 403 404 404 404 401  -  401
readCaseNotices    200 200 403 403 200 404 404 401  -  401
listFlaggers       403 200 200 403 403 403 200 401  -  401
addFlagger         403 201 201 403 403 403 403 401  -  401
suspendFlagger     403 200 200 403 403 403 404 401  -  401
restoreFlagger     403 200 200 403 403 403 404 401  -  401
endFlagger         403 200 200 403 403 403 404 401  -  401
listNotifiers      403 200 200 403 403 403 200 401  -  401
warnNotifier       403 409 409 403 403 403 404 401  -  401
suspendNotifier    403 409 409 403 403 403 404 401  -  401
liftNotifier       403 409 409 403 403 403 404 401  -  401
reportForm         200 200 200 200 200 200 200 200  -  200
transparencyPage   200 200 200 200 200 200 200 200  -  200
reportStatus       200 200 200 200 200 200 200 200  -  200
describe           200 200 200 200 200 200 200 200  -  200
`;

/** {operationId: {column: status}}; a status is a number, a cell that is not driven is missing. */
export const expected = Object.fromEntries(
  lines
    .trim()
    .split('\n')
    .map((line) => {
      const [id, ...cells] = line.trim().split(/\s+/);
      if (cells.length !== columns.length) throw new Error(`the line of ${id} has ${cells.length} cells, not ${columns.length}`);
      return [id, Object.fromEntries(cells.map((cell, i) => [columns[i], Number(cell)]).filter(([, status]) => status))];
    }),
);

/* Second factors are of one person: each cell has somebody of its own with that role. */
async function somebody(w, who) {
  const name = w.fresh('person'), password = addUser(w.data, name, who === 'A' ? 'admin' : 'referent');
  const visitor = new Visitor(w.server);
  await visitor.enter(name, password);
  return { name, password, visitor };
}
async function somebodyWithCodes(w, who) {
  const person = await somebody(w, who);
  const begun = (await person.visitor.post('/v1/me/factors', { kind: 'totp' })).json;
  const added = (await person.visitor.post('/v1/me/factors/confirm', { ticket: begun.ticket, name: 'x', code: totp(begun.totp.secret) })).json;
  return { ...person, factor: added.factor, codes: added.recovery_codes };
}
const own = (who, visitor) => (who === 'K' || who === '0' ? undefined : visitor);
async function decidedCase(w) {
  const id = await w.case();
  await w.sessions.L.post(`/v1/cases/${id}/decisions`, { action: 'dismiss', reason: 'no_risk' });
  return id;
}

const outside = (user) => ({ user, space: 'lobby', category: 'contact', issuer: 'INHOPE', number: '17', until: new Date(Date.now() + 86_400_000).toISOString() });

/** How an operation is prepared, anew for each cell: (world, column) => {params, query, body, type, headers}. The world has what
 *  http-matrix.test.mjs gives it: `case()` opens a case in the lobby and gives its id, `bank()` makes a bank of the lobby with an entry,
 *  `sessions` by column, `sender`, `data` (the installation, for commands), `password`. */
const demand = (w) => ({ space: 'lobby', authority: 'An authority', country: 'FR', legal_basis: 'LCEN, art. 6-1', reference: w.fresh('ref'), items: [{ kind: 'account', value: w.fresh('acc') }] });
const stated = async (w) => {
  const { case: id } = await w.restricted();
  return (await w.sessions.L.get(`/v1/cases/${id}/statements`)).json.statements[0].id;
};
const demanded = async (w) => (await w.sessions.L.post('/v1/demands', demand(w))).json.id;

const filing = async (w) => `${(await w.sessions.L.post(`/v1/cases/${await w.case()}/filings`, { host: { name: 'Example Hosting', email: 'abuse@example.net' }, channel: 'hand' })).json.id}`;

export const given = {
  recountFigures: () => ({ body: { space: 'lobby', year: new Date().getUTCFullYear() - 1 } }),
  readDisclosure: async (w) => ({ params: { number: await stated(w) } }),
  retryDisclosure: async (w) => ({ params: { number: await stated(w) } }),
  sendDisclosure: async (w) => ({ params: { number: await stated(w) } }),
  mendDisclosure: async (w) => ({ params: { number: await stated(w) }, body: { decision_facts: 'Messages were taken into account.' } }),
  addDemand: (w) => ({ body: demand(w) }),
  readDemand: async (w) => ({ params: { id: await demanded(w) } }),
  stepDemand: async (w) => ({ params: { id: await demanded(w) }, body: { step: 'acknowledge' } }),
  executeDemand: async (w) => ({ params: { id: await demanded(w) }, body: {} }),
  readDemandProof: async (w) => {
    const id = await demanded(w);
    await w.sessions.L.post(`/v1/demands/${id}/executed`, {});
    await w.sessions.L.post(`/v1/demands/${id}/steps`, { step: 'done' });
    return { params: { id } };
  },
  sendEvents: (w) => ({ body: w.message() }),
  uploadMedia: () => ({ body: 'some bytes', type: 'application/octet-stream' }),
  readCase: async (w) => ({ params: { id: await w.case() } }),
  readCaseEvents: async (w) => ({ params: { id: await w.case() }, query: '?before=1' }),
  readCaseAhead: async (w) => ({ params: { id: await w.case() } }),
  openCase: async (w) => ({ params: { id: await w.case() }, body: { nonce: '0'.repeat(32) } }),
  readCaseAccounts: async (w) => ({ params: { id: await w.case() } }),
  listCaseFilings: async (w) => ({ params: { id: await w.case() } }),
  draftFiling: async (w) => ({ params: { id: await w.case() }, body: { host: { name: 'Example Hosting', email: 'abuse@example.net' }, channel: 'hand' } }),
  readFiling: async (w) => ({ params: { id: await filing(w) } }),
  dropFiling: async (w) => ({ params: { id: await filing(w) } }),
  listFilingDocuments: async (w) => ({ params: { id: await filing(w) } }),
  readFilingDocument: async (w) => ({ params: { id: await filing(w), name: 'report.json' } }),
  readFilingPage: async (w) => ({ params: { id: `${(await w.sessions.L.post(`/v1/cases/${await w.case()}/filings`, { receiver: 'fr.pharos' })).json.id}`, page: '1' } }),
  listFilingFields: async (w) => ({ params: { id: await filing(w) } }),
  setFilingOptions: async (w) => ({ params: { id: await filing(w) }, body: {} }),
  confirmFiling: async (w) => ({ params: { id: await filing(w) }, body: { hash: '0'.repeat(64) } }),
  secondFiling: async (w) => ({ params: { id: await filing(w) }, body: { hash: '0'.repeat(64) } }),
  withdrawFiling: async (w) => ({ params: { id: await filing(w) }, body: { reason: 'a mistake' } }),
  recheckFiling: async (w) => ({ params: { id: await filing(w) }, body: {} }),
  followUpFiling: async (w) => ({ params: { id: await filing(w) }, body: {} }),
  retryFiling: async (w) => ({ params: { id: await filing(w) }, body: { reason: 'now' } }),
  doneFiling: async (w) => ({ params: { id: await filing(w) }, body: { reference: 'no. 1' } }),
  listFilingAnswers: async (w) => ({ params: { id: await filing(w) } }),
  recordFilingAnswer: async (w) => ({ params: { id: await filing(w) }, body: { kind: 'received' } }),
  requestContext: async (w) => ({ params: { id: await w.case() }, body: { reason: 'how it began', messages: 5 } }),
  answerContext: async (w) => {
    const id = await w.case();
    await w.sessions.R.post(`/v1/cases/${id}/context`, { reason: 'how it began', messages: 5 });
    return { params: { id, n: 1 }, body: { refused: 'it is gone' } };
  },
  readRoute: async (w) => ({ params: { id: await w.case() } }),
  addFact: async (w) => ({ params: { id: await w.case() }, body: { whose: 'author', kind: 'place', country: 'FR' } }),
  removeFact: async (w) => {
    const id = await w.case();
    const { number } = (await w.sessions.R.post(`/v1/cases/${id}/facts`, { whose: 'author', kind: 'place', country: 'FR' })).json;
    return { params: { id, n: `${number}` } };
  },
  claimCase: async (w) => ({ params: { id: await w.case() } }),
  releaseCase: async (w, who) => {
    const id = await w.case();
    if (w.sessions[who]) await w.sessions[who].post(`/v1/cases/${id}/claim`);
    return { params: { id } };
  },
  decideCase: async (w) => ({ params: { id: await w.case() }, body: { action: 'dismiss', reason: 'no_risk' } }),
  undoDecision: async (w) => ({ params: { id: await w.case(), n: '1' } }),
  draftStatement: async (w) => ({ params: { id: await w.case() }, body: { action: 'warn', reason: 'grooming' } }),
  listStatements: async (w) => ({ params: { id: await w.case() } }),
  makeAppeal: async (w) => ({ body: await w.restricted() }),
  readAppeal: async (w) => ({ params: { id: await w.appeal() } }),
  lookAgain: async (w) => ({ params: { id: await w.case() }, body: { reason: 'not illegal, they say' } }),
  answerAppeal: async (w) => ({ params: { id: await w.appeal() }, body: { outcome: 'upheld', reasons: 'nothing new', answer: 'The decision stands.' } }),
  previewBulk: () => ({ body: { by: { filter: { opened_from: '2020-01-01T00:00:00Z' } }, space: 'lobby', action: 'dismiss', reason: 'handled' } }),
  decideBulk: async (w) => ({ body: { token: await w.preview({ by: { filter: { evidence: 'media.known_hash' } }, space: 'lobby', action: 'dismiss', reason: 'handled' }) } }),
  undoBulk: () => ({ params: { id: 'b-999999' } }),
  takeArchive: async (w) => ({ params: { id: await w.case() }, body: { reason: 'a judge asks' } }),
  exportCase: async (w) => ({ params: { id: await w.case() }, query: '?format=vics-2.0' }),
  handOver: async (w) => ({ params: { id: await w.case() }, body: { receiver: 'fr.relay', reason: 'a judge asks' } }),
  readEvidence: async (w) => ({ params: { id: await w.case() } }),
  readCertificateOfDestruction: async (w) => ({ params: { id: await w.handedOver() } }),
  holdCase: async (w) => ({ params: { id: await w.case() }, body: { hold: true, reason: 'a judge asks' } }),
  judgeEvidence: async (w) => {
    const id = await w.case();
    const [event] = (await w.sessions.L.get(`/v1/cases/${id}`)).json.events;
    return { params: { id }, body: { seq: event.seq, name: event.content.evidence[0].name, judgement: 'right' } };
  },
  addGold: async (w) => ({ body: { case: await decidedCase(w), actions: ['dismiss'] } }),
  endGold: async (w) => ({ params: { id: `${(await w.sessions.L.post('/v1/gold', { case: await decidedCase(w), actions: ['dismiss'] })).json.id}` } }),
  viewThumbnail: async (w) => ({ params: await w.media() }),
  viewWhole: async (w) => ({ params: await w.media(), body: { why: 'place' } }), // 409: nobody holds the case
  listMediaViews: async (w) => ({ params: await w.media() }),
  createBank: (w) => ({ body: { name: w.fresh('bank'), source: 'these tests', effect: 'review', spaces: 'lobby' } }),
  readBank: async (w) => ({ params: { name: await w.bank() } }),
  removeBank: async (w) => ({ params: { name: await w.bank() } }),
  searchBank: async (w) => ({ params: { name: await w.bank() }, query: '?reference=a' }),
  addEntries: async (w) => ({ params: { name: await w.bank() }, body: { entries: [{ reference: 'b', hashes: [{ algorithm: 'md5', value: 'ab'.repeat(16) }] }] } }),
  removeEntry: async (w) => ({ params: { name: await w.bank(), reference: 'a' } }),
  giveOpinion: async (w) => {
    const name = await w.bank();
    const [entry] = (await w.sessions.L.get(`/v1/banks/${name}/entries?reference=a`)).json.entries;
    return { params: { name, id: entry.id }, body: { opinion: 'confirm' } };
  },
  importBank: async (w) => ({ params: { name: await w.bank() }, query: '?format=text', body: `sha256 ${'22'.repeat(32)} A\n`, type: 'application/octet-stream' }),
  exportBank: async (w) => ({ params: { name: await w.bank() } }),
  signIn: (w) => ({ body: { name: 'referent', password: w.password.R } }),
  secondStep: async (w) => {
    const { visitor, name, password, codes } = await somebodyWithCodes(w, 'R');
    const step = await visitor.password(name, password);
    return { body: { ticket: step.json.ticket, recovery: codes[0] }, headers: { Cookie: visitor.cookie } };
  },
  proveAgain: (w, who) => ({ body: { password: w.password[who] ?? 'x' } }),
  beginFactor: () => ({ body: { kind: 'totp' } }),
  confirmFactor: async (w, who) => {
    const { visitor } = await somebody(w, who);
    const begun = (await visitor.post('/v1/me/factors', { kind: 'totp' })).json;
    return { by: own(who, visitor), body: { ticket: begun.ticket, name: 'x', code: totp(begun.totp.secret) } };
  },
  renameFactor: async (w, who) => {
    const { visitor, factor } = await somebodyWithCodes(w, who);
    return { by: own(who, visitor), params: { id: factor.id }, body: { name: 'x' } };
  },
  removeFactor: async (w, who) => {
    const { visitor, factor } = await somebodyWithCodes(w, who);
    return { by: own(who, visitor), params: { id: factor.id } };
  },
  newRecoveryCodes: async (w, who) => ({ by: own(who, (await somebodyWithCodes(w, who)).visitor) }),
  signOut: async (w, who) => ({ by: w.sessions[who] ? await w.signIn(who) : undefined }), // a session of its own: the others go on
  dsaTableCsv: () => ({ query: '?sheet=4_notices' }),
  nextCase: async (w) => {
    await w.case();
    return { body: { space: 'lobby' } };
  },
  takeBackCase: async (w) => {
    const id = await w.case();
    await w.sessions.R.post(`/v1/cases/${id}/claim`);
    return { params: { id } };
  },
  listLinked: async (w) => ({ params: { id: await w.case() } }),
  setSkills: () => ({ body: { spaces: [], categories: [], languages: [] } }),
  readPersonSkills: async (w) => ({ params: { name: await w.person() } }),
  setPersonSkills: async (w) => ({ params: { name: await w.person() }, body: { spaces: [], categories: [], languages: [] } }),
  setWishes: () => ({ body: { opt_out: [] } }),
  planShift: () => ({ body: { hours: 8 } }),
  askSupport: () => ({ body: { with_name: false } }),
  chooseDisplay: () => ({ body: { category: 'live', blur: 1, grey: false, mute: true, thumbnail: 'large', mask_text: false } }),
  setGrants: async (w) => ({ params: { name: await w.person() }, body: { grants: [{ space: 'lobby', role: 'lead' }] } }),
  beginLeave: async (w) => ({ params: { name: await w.person() }, body: { from: '2026-01-01', until: '2030-01-01' } }),
  endLeave: async (w) => ({ params: { name: await w.person() } }),
  closeAccount: async (w) => {
    const name = await w.person();
    return { params: { name }, body: { confirm: name } };
  },
  endSessionsOf: async (w) => ({ params: { name: await w.person() } }),
  inviteAgain: async (w) => ({ params: { name: await w.person() } }),
  invite: (w) => ({ body: { name: w.fresh('new'), display: 'New', language: 'fr', grants: [{ space: 'lobby', role: 'referent' }] } }),
  // the columns of keys: somebody who has the link
  readInvitation: async (w, who) => ({ headers: who === 'K' ? { Authorization: `Invitation ${await w.invitation()}` } : {} }),
  acceptInvitation: async (w, who) => ({ headers: who === 'K' ? { Authorization: `Invitation ${await w.invitation()}` } : {}, body: { password: 'four words one after another' } }),
  describeMe: () => ({ body: { language: 'en' } }),
  changePassword: async (w, who) => {
    if (!w.sessions[who]) return { body: { old: 'x', password: 'four words one after another' } };
    const password = `${w.fresh('pass')} and more words`;
    const old = w.password[who];
    w.password[who] = password;
    return { body: { old, password }, after: async () => (w.sessions[who] = await w.signIn(who)) };
  },
  endSession: async (w, who) => {
    if (!w.sessions[who]) return { params: { id: '0123456789abcdef' } };
    await w.signIn(who); // another one, to be ended
    const { sessions } = (await w.sessions[who].get('/v1/me/sessions')).json;
    return { params: { id: sessions.find((one) => !one.this).id } };
  },
  readCourse: () => ({ params: { id: 'law' } }),
  startAttempt: () => ({ params: { id: 'law' } }),
  handInAttempt: async (w, who) => {
    const attempt = w.sessions[who] ? (await w.sessions[who].post('/v1/courses/law/attempts')).json : { id: 1, questions: [] };
    return { params: { id: attempt.id }, body: { answers: attempt.questions.map(() => [0]) } };
  },
  recordCertificate: async (w) => ({ body: outside(await w.person()) }),
  suspendCategory: async (w) => ({ body: { user: await w.person(), space: 'lobby', category: 'contact', reason: 'to be talked about' } }),
  reinstateCategory: async (w) => {
    const body = { user: await w.person(), space: 'lobby', category: 'contact', reason: 'talked about' };
    await w.sessions.L.post('/v1/certificates/suspend', body);
    return { body };
  },
  revokeCertificate: async (w) => ({
    params: { id: (await w.sessions.L.post('/v1/certificates', outside(await w.person()))).json.id },
    body: { reason: 'given by mistake' },
  }),
  readPractice: () => ({ params: { id: 'secret-and-app' } }),
  decidePractice: () => ({ params: { id: 'secret-and-app' }, body: { action: 'dismiss' } }),
  retryDeadLetter: async (w) => ({ params: { id: await w.deadLetter() } }),
  sendNotice: (w) => ({ body: w.notice() }),
  readNoticeStatus: async (w) => ({ params: { number: (await w.noticed()).number } }),
  withdrawNotice: async (w) => ({ params: { number: (await w.noticed()).number } }),
  findUnfounded: async (w) => ({ params: { id: (await w.dismissed()).id }, body: { unfounded: true } }),
  showNotifier: async (w) => ({ params: { id: (await w.noticed()).id }, body: { reason: 'to ask again' } }),
  processNotice: async (w) => ({ params: { id: (await w.noticed()).id } }),
  readCaseNotices: async (w) => ({ params: { id: (await w.noticed()).case } }),
  addFlagger: (w) => ({ body: w.trusted() }),
  suspendFlagger: async (w) => ({ params: { id: await w.flagger() }, body: { reason: 'often wrong' } }),
  restoreFlagger: async (w) => ({ params: { id: await w.flagger() } }),
  endFlagger: async (w) => ({ params: { id: await w.flagger() } }),
  warnNotifier: async (w) => ({ params: { who: await w.notifier() } }),
  suspendNotifier: async (w) => ({ params: { who: await w.notifier() }, body: { days: 1, reason: 'again' } }),
  liftNotifier: async (w) => ({ params: { who: await w.notifier() } }),
  proveAuditEntry: () => ({ query: '?entry=1' }),
  proveAuditGrowth: () => ({ query: '?from=1' }),
  reportForm: () => ({ query: '?space=lobby' }),
  transparencyPage: () => ({ query: '?space=lobby' }),
  metrics: () => ({ headers: { 'X-Forwarded-For': '192.0.2.1' } }), // as from elsewhere: this machine needs no key
};

/** Answers without an end: only their beginning is asked for. */
export const endless = new Set(['streamEvents']);

/** What this installation does not have, so that nobody may: an identity provider (http-oidc.test.mjs has one). */
export const absent = new Set(['beginProvider', 'finishProvider']);
