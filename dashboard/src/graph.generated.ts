// Made by generate.mjs from the schema and src/operation.
export * from "./document/certification.generated";
export * from "./document/credit.generated";
export * from "./document/deadline.generated";
export * from "./document/evidence.generated";
export * from "./document/invitation.generated";
export * from "./document/member.generated";
export * from "./document/notification.generated";
export * from "./document/organization.generated";
export * from "./document/posting.generated";
export * from "./document/program.generated";
export * from "./document/reminder.generated";
export * from "./document/review.generated";
export * from "./document/session.generated";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type CreateCalendarFeedInput = {
  /** Whether its events ring at nine in the morning, 7 days and 1 day before. */
  alarms?: boolean;
};

export type FactInput = {
  questionId: string;
  value: string;
  since?: string | null | undefined;
};

export type AddCertificationInput = {
  /** A UUID made by the client. */
  id?: string | null | undefined;
  programId: string;
  number?: string | null | undefined;
  issuedOn?: string | null | undefined;
  expiresOn?: string | null | undefined;
  /** When absent: the certifying body's, else the professional's. */
  timeZone?: string | null | undefined;
  facts?: Array<FactInput> | null | undefined;
};

export type UpdateCertificationInput = {
  id: string;
  version: number;
  number?: string | null | undefined;
  issuedOn?: string | null | undefined;
  expiresOn?: string | null | undefined;
  timeZone?: string | null | undefined;
  /** Replaces all facts but those that an organization recorded, which may be sent back with the others. What it recorded, and exemptions from its own program, are not for the holder to answer. */
  facts?: Array<FactInput> | null | undefined;
};

export type RecordRenewalInput = {
  certificationId: string;
  version: number;
  renewedOn: string;
  newExpiresOn?: string | null | undefined;
  number?: string | null | undefined;
};

export type UndoRenewalInput = {
  certificationId: string;
  version: number;
};

export type RemoveCertificationInput = {
  id: string;
  version: number;
};

export type PortionInput = {
  /** Either minutes or an amount in the credit's unit, as the credit itself; all portions together at most the credit. */
  minutes?: number | null | undefined;
  amount?: string | null | undefined;
  topics: Array<string>;
};

/** Chooses credits that pass all that is given. */
export type CreditFilter = {
  /** Looks in title, provider and notes. */
  text?: string | null | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
  /** Leaves out credits that are narrowed to other certifications. */
  certificationId?: string | null | undefined;
  topic?: string | null | undefined;
};

export type LogCreditInput = {
  /** A UUID made by the client. */
  id?: string | null | undefined;
  title: string;
  /** Not after today in the professional's time zone. */
  completedOn: string;
  /** Either minutes, or amount with unit. */
  minutes?: number | null | undefined;
  amount?: string | null | undefined;
  /** The id of a unit: a unit belongs to a body, see `Program.units`. */
  unit?: string | null | undefined;
  provider?: string | null | undefined;
  /** How it was held, one of `Program.formats`; absent or null when not stated. */
  format?: string | null | undefined;
  /** What the professional did, one of `Program.roles`; absent or null when not stated. */
  role?: string | null | undefined;
  /** Of `Program.topics`, or own tags; absent or null when not stated, [] for none. */
  topics?: Array<string> | null | undefined;
  /** Of `Program.approvals`; absent or null when not stated, [] for none. */
  approvals?: Array<string> | null | undefined;
  /** At most 20; absent, null or [] for none. */
  portions?: Array<PortionInput> | null | undefined;
  /** At most 50,000 bytes. */
  notes?: string | null | undefined;
  /** Narrows the credit to these certifications; absent or null lets it count wherever the rules allow. */
  certificationIds?: Array<string> | null | undefined;
};

export type UpdateCreditInput = {
  id: string;
  version: number;
  title?: string | null | undefined;
  completedOn?: string | null | undefined;
  /** Giving minutes replaces an amount with unit, and the other way round. */
  minutes?: number | null | undefined;
  amount?: string | null | undefined;
  unit?: string | null | undefined;
  provider?: string | null | undefined;
  format?: string | null | undefined;
  role?: string | null | undefined;
  topics?: Array<string> | null | undefined;
  approvals?: Array<string> | null | undefined;
  portions?: Array<PortionInput> | null | undefined;
  notes?: string | null | undefined;
  certificationIds?: Array<string> | null | undefined;
};

export type DeleteCreditInput = {
  id: string;
  version: number;
};

export type RepetitionUnit =
  | 'MONTHS'
  | 'YEARS';

export type DeadlineKind =
  /** The last day to earn what the cycle asks. */
  | 'EARN'
  /** The last day to earn what a part of the cycle asks. */
  | 'ANNUAL'
  /** The last day of a requirement that has a window or a day of its own, such as one that is asked once in a career. */
  | 'REQUIREMENT'
  /** The last day to report. */
  | 'REPORT'
  /** The last day of the licence or certificate. */
  | 'RENEWAL'
  /** The last day of a late renewal. */
  | 'GRACE_END'
  /** One of the viewer's own. */
  | 'OTHER';

export type DeadlineStatus =
  /** Due, and what it asks is not done or not known to be done. */
  | 'UPCOMING'
  /** What it asks is done. */
  | 'MET'
  /** The day is over and what it asks was not done. */
  | 'MISSED';

export type RepetitionInput = {
  /** From 1 to 600 months, or 50 years. */
  every: number;
  unit: RepetitionUnit;
};

export type AddDeadlineInput = {
  /** A UUID made by the client. */
  id?: string | null | undefined;
  title: string;
  /** The last day on which it can be met. */
  dueOn: string;
  /** The certification that it belongs to; absent for none. */
  certificationId?: string | null | undefined;
  /** When absent: the certification's, else the professional's. */
  timeZone?: string | null | undefined;
  repeats?: RepetitionInput | null | undefined;
  /** At most 2,000 bytes. */
  notes?: string | null | undefined;
};

export type CompleteDeadlineInput = {
  id: string;
  version: number;
  /** Today in its time zone when absent. */
  doneOn?: string | null | undefined;
  /** When the next is due, of one that repeats: the expiry on the new card, say. After `dueOn`. The next day of the repetition when absent. */
  nextDueOn?: string | null | undefined;
};

export type RemoveDeadlineInput = {
  id: string;
  version: number;
};

export type AttachEvidenceInput = {
  id: string;
  creditId: string;
};

export type RemoveEvidenceInput = {
  id: string;
  version: number;
};

export type InvitationState =
  | 'OPEN'
  /** As often as it may be. */
  | 'USED'
  | 'EXPIRED'
  | 'REVOKED';

export type CreateInvitationInput = {
  organizationId: string;
  /** A UUID made by the client. */
  id?: string | null | undefined;
  /** Below OWNER: ownership is given to members, by `updateMember` or `transferOwnership`. */
  role?: OrganizationRole;
  /** At most 20. Who is limited to groups gives at least one of them. */
  groupIds?: Array<string> | null | undefined;
  /** How many may join by it, at most 50,000. 1 when absent. */
  maxUses?: number | null | undefined;
  /** At most 365 days from now; 14 days when absent. */
  expiresAt?: string | null | undefined;
  /** Sends the code to this address instead of giving it back. FORBIDDEN on a server that sends no mail; too many letters give RATE_LIMITED. */
  email?: string | null | undefined;
};

export type RevokeInvitationInput = {
  id: string;
  version: number;
};

export type JoinOrganizationInput = {
  code: string;
  /** Whether the organization may see the viewer's credits with the files that prove them. It can be changed at any time, by `updateMembership`. */
  shareCredits: boolean;
};

export type UpdateMemberInput = {
  id: string;
  version: number;
  role?: OrganizationRole | null | undefined;
  /** All groups that she is in from now on, at most 20; those that the viewer does not see stay. A manager or viewer without any sees the members of all. */
  groupIds?: Array<string> | null | undefined;
};

export type RemoveMemberInput = {
  id: string;
  version: number;
};

export type TransferOwnershipInput = {
  /** The member who becomes an owner. */
  id: string;
  version: number;
};

export type UpdateMembershipInput = {
  id: string;
  version: number;
  shareCredits: boolean;
};

export type LeaveOrganizationInput = {
  /** The viewer's membership. */
  id: string;
};

export type NotificationKind =
  | 'REMINDER'
  /** Asked for by `sendTestNotification`. */
  | 'TEST'
  /**
   * What organizations did with credits of the professional's: that of some minutes is told together, never in quiet hours, and at most once an hour. What she did herself is not told, and
   * of what one organization did with one credit meanwhile only the last.
   */
  | 'CREDITS';

export type CreditEvent =
  /** The organization posted it for her: it is among her credits. */
  | 'POSTED'
  /** It was taken back, be it after she disputed it: it is among her credits no more. */
  | 'WITHDRAWN'
  /** She disputed it, and it stays: it counts again. */
  | 'UPHELD'
  /** It counts for the organization's own programs. */
  | 'APPROVED'
  /** It does not count for the organization's own programs. */
  | 'REFUSED';

export type MarkNotificationsReadInput = {
  ids?: Array<string> | null | undefined;
};

export type SendTestNotificationInput = {
  /** A UUID made by the client. */
  id?: string | null | undefined;
};

/** What a member may do. Each may what those below it may. */
export type OrganizationRole =
  /** Everything. There is always an owner. */
  | 'OWNER'
  /** Invite, change and remove members: all, or those of her groups. */
  | 'MANAGER'
  /** See the members: all, or those of her groups. */
  | 'VIEWER'
  /** Be seen, and see her own membership. */
  | 'MEMBER';

export type OrganizationAction =
  /** After: the name. */
  | 'ORGANIZATION_CREATED'
  /** Before and after: name, time zone, language, and APPROVES_CREDITS where it does. */
  | 'ORGANIZATION_UPDATED'
  /** After: the name. */
  | 'GROUP_CREATED'
  /** Before and after: the name. */
  | 'GROUP_RENAMED'
  /** Before: the name. */
  | 'GROUP_REMOVED'
  /** After: the role, then the names of groups. */
  | 'INVITATION_CREATED'
  /** Before: the role, then the names of groups. */
  | 'INVITATION_REVOKED'
  /** After: the role, then the names of groups. */
  | 'MEMBER_JOINED'
  /** Before and after: the role. Without an actor, when ownership passed on because an owner erased her account. */
  | 'ROLE_CHANGED'
  /** Before and after: the names of groups. */
  | 'GROUPS_CHANGED'
  /** Before and after: CREDITS where credits are shown, else nothing. */
  | 'SHARING_CHANGED'
  /** Before: the role. */
  | 'MEMBER_REMOVED'
  /** Before: the role. */
  | 'MEMBER_LEFT'
  /** She erased her account. Before: the role. */
  | 'MEMBER_ERASED'
  /** After: the program's name, then the answers as `question = value since day`. Before: those in whose place they are. */
  | 'FACTS_RECORDED'
  /** Before: the program's name, then the answers. */
  | 'FACTS_REMOVED'
  /** After: the name. */
  | 'PROGRAM_CREATED'
  /** Before and after: the name. */
  | 'PROGRAM_UPDATED'
  /** Before: the name. */
  | 'PROGRAM_REMOVED'
  /** After: title, day, amount with unit, number of members. */
  | 'POSTED'
  /** Before: title, day, amount with unit; and the number of members, where it was all of a posting and not one member's credit. */
  | 'POSTING_WITHDRAWN'
  /** Before: title, day, amount with unit. */
  | 'CREDIT_DISPUTED'
  /** Before: title, day, amount with unit. After: UPHELD, WITHDRAWN, or TAKEN_BACK by the member herself. */
  | 'DISPUTE_RESOLVED'
  /** Before: title, day, amount with unit. */
  | 'CREDIT_APPROVED'
  /** Before: title, day, amount with unit. */
  | 'CREDIT_REFUSED'
  /** The actor took the list of members, or a part of it, away as a file. After: number of members in it. */
  | 'MEMBERS_EXPORTED';

export type CreateOrganizationInput = {
  /** A UUID made by the client. */
  id?: string | null | undefined;
  /** At most 120 bytes. */
  name: string;
  /** IANA name; the viewer's when absent. */
  timeZone?: string | null | undefined;
  /** BCP 47 language tag; the viewer's when absent. */
  locale?: string | null | undefined;
};

export type UpdateOrganizationInput = {
  id: string;
  version: number;
  name?: string | null | undefined;
  timeZone?: string | null | undefined;
  locale?: string | null | undefined;
  /** Turned on, all that members have logged themselves waits until it is approved, also what was logged before; turned off, all of it counts. What follows takes a while in a large organization. */
  approvesCredits?: boolean | null | undefined;
};

export type DeleteOrganizationInput = {
  id: string;
  version: number;
  /** Must be true: nothing can be brought back. */
  confirm: boolean;
};

export type CreateGroupInput = {
  organizationId: string;
  /** A UUID made by the client. */
  id?: string | null | undefined;
  /** At most 80 bytes; not that of another group. */
  name: string;
};

export type RenameGroupInput = {
  organizationId: string;
  id: string;
  version: number;
  name: string;
};

export type RemoveGroupInput = {
  organizationId: string;
  id: string;
  version: number;
};

/** Either `text`, or `name` with `hours`. */
export type CreateProgramInput = {
  /** A UUID made by the client. */
  id?: string | null | undefined;
  /** Of the organization that shares it; absent for a program of one's own. An organization has at most 50. */
  organizationId?: string | null | undefined;
  /** In the rule language, at most 64 kB; docs/own-programs.md tells how to write one. */
  text?: string | null | undefined;
  /** With `hours`: of the credential. */
  name?: string | null | undefined;
  /** With `hours`: who certifies; the name when absent. */
  body?: string | null | undefined;
  hours?: HoursInput | null | undefined;
};

/** So many hours every so many years, whatever they are about. The text that this makes is in `Program.text`, and can be refined. */
export type HoursInput = {
  /** The hours that each cycle asks for. */
  amount: string;
  /** How many years a cycle has, from 1 to 10. */
  years: number;
  /** The last day of any one cycle; the others follow from it. */
  endsOn: string;
  minutesPerHour?: number;
};

export type UpdateProgramInput = {
  id: string;
  /** The `Program.revision` that was seen. */
  revision: number;
  text: string;
};

export type RemoveProgramInput = {
  id: string;
  /** The `Program.revision` that was seen. */
  revision: number;
};

export type ValidateProgramInput = {
  /** An own program, or one of an organization, that the text is to replace: then what an update would refuse is a problem, too. */
  id?: string | null | undefined;
  text: string;
};

export type RequestPasswordResetInput = {
  email: string;
};

export type ResetPasswordInput = {
  /** From the link in the mail; valid once, within an hour. */
  token: string;
  /** At least 8 characters and at most 256 bytes, whatever characters. */
  newPassword: string;
};

export type PostedState =
  /** Her credit is still to come. */
  | 'PENDING'
  /** She has the credit. */
  | 'POSTED'
  /** The credit was taken back. */
  | 'WITHDRAWN'
  /** She has no credit: she left before it was posted, or has as many as can be kept. */
  | 'NOT_POSTED';

export type PostCreditsInput = {
  organizationId: string;
  /** A UUID made by the client. */
  id?: string | null | undefined;
  title: string;
  /** Not after today in the organization's time zone. */
  completedOn: string;
  /** Either minutes, or amount with unit: for all for whom the roster gives no other. */
  minutes?: number | null | undefined;
  amount?: string | null | undefined;
  /** The id of a unit of a program in the catalog, see `Program.units`. */
  unit?: string | null | undefined;
  provider?: string | null | undefined;
  format?: string | null | undefined;
  role?: string | null | undefined;
  topics?: Array<string> | null | undefined;
  approvals?: Array<string> | null | undefined;
  portions?: Array<PortionInput> | null | undefined;
  notes?: string | null | undefined;
  /** At most 10,000, each once; or a roster. */
  memberIds?: Array<string> | null | undefined;
  /** The text of a CSV file in UTF-8 with a header row, separated by commas, semicolons or tabs, of at most 10,000 rows and 2 MB. A column member (the id), email (a verified address) or number (of a licence or certificate that she holds) says who it is; with several, all that are given name the same one. Amount, or minutes or hours, is how much she gets; name is for people. In Spanish: miembro, correo, número, cantidad, minutos, horas, nombre. */
  roster?: string | null | undefined;
};

export type WithdrawPostingInput = {
  id: string;
  version: number;
  /** At most 500 characters, for other managers and for the members: each is told that the credit is gone from her records, and why. */
  reason: string;
  /** Whose credits, at most 100; all when absent or null. */
  memberIds?: Array<string> | null | undefined;
};

export type DisputeCreditInput = {
  /** Of the credit. */
  id: string;
  version: number;
  /** At most 500 characters, for the managers. */
  reason: string;
};

export type WithdrawDisputeInput = {
  /** Of the credit. */
  id: string;
  version: number;
};

export type DisputeOutcome =
  /** The credit is right: it stays, and counts again. */
  | 'UPHELD'
  /** The credit is wrong: it is taken back. */
  | 'WITHDRAWN';

export type ResolveDisputeInput = {
  postingId: string;
  memberId: string;
  outcome: DisputeOutcome;
  /** At most 500 characters. The member is told, and reads it with a credit that stays. */
  reason: string;
};

export type UpdateProfileInput = {
  version: number;
  name?: string | null | undefined;
  timeZone?: string | null | undefined;
  locale?: string | null | undefined;
};

export type DeleteAccountInput = {
  /** The password of a local account; absent for accounts that sign in by Firebase. */
  password?: string | null | undefined;
  /** Must be true: nothing can be brought back. */
  confirm: boolean;
};

export type Confidence =
  /** The body's own text, or two independent good sources. */
  | 'HIGH'
  /** One decent secondary source, or an official text seen in part. */
  | 'MEDIUM'
  /** A weak or contradicted source. */
  | 'LOW';

export type QuestionType =
  /** "true" or "false" */
  | 'BOOLEAN'
  /** "2026-11-22" */
  | 'DATE'
  /** "1.5" */
  | 'NUMBER'
  /** The id of one of the choices. */
  | 'CHOICE'
  /** Ids of choices, any number of them. */
  | 'TERMS';

export type QuestionTarget =
  /** `facts` of the certification. */
  | 'FACT'
  /** `issuedOn` of the certification. */
  | 'ISSUED_ON'
  /** `expiresOn` of the certification. */
  | 'EXPIRES_ON'
  /** `topics` of each credit named. */
  | 'CREDIT_TOPICS'
  /** `format` of each credit named. */
  | 'CREDIT_FORMAT'
  /** `role` of each credit named. */
  | 'CREDIT_ROLE'
  /** `approvals` of each credit named. */
  | 'CREDIT_APPROVALS'
  /** `certificationIds` of each credit named. */
  | 'CREDIT_CERTIFICATIONS';

export type RecordFactsInput = {
  memberId: string;
  certificationId: string;
  /** Of the certification. */
  version: number;
  /** From 1 to 20. `waived.<requirement>`, `extended` and `carried-over` are answers that any program takes, see docs/own-programs.md. */
  facts: Array<FactInput>;
  /** At most 500 bytes. The member sees it. */
  reason: string;
};

export type RemoveFactsInput = {
  memberId: string;
  certificationId: string;
  /** Of the certification. */
  version: number;
  /** From 1 to 20. */
  facts: Array<FactKeyInput>;
  /** At most 500 bytes, for the log. */
  reason: string;
};

/** Names a fact that was recorded. */
export type FactKeyInput = {
  questionId: string;
  /** As it was recorded; absent or null for one that always held. */
  since?: string | null | undefined;
};

export type Channel =
  | 'PUSH'
  | 'EMAIL';

/** What a lock screen may show. */
export type ReminderDetail =
  | 'FULL'
  /** That something is due, and neither what nor for which certification; or that there is news of credits. */
  | 'DISCREET';

export type UpdateReminderPreferencesInput = {
  version: number;
  channels?: Array<Channel> | null | undefined;
  /** At most 20 steps from 730 days before to 90 days after, which is -90. An empty list ends all reminders. */
  ladder?: Array<number> | null | undefined;
  hour?: string | null | undefined;
  quietFrom?: string | null | undefined;
  quietUntil?: string | null | undefined;
  language?: string | null | undefined;
  muteUntil?: string | null | undefined;
  muteCredits?: boolean | null | undefined;
  detail?: ReminderDetail | null | undefined;
  /** Replaces all. */
  certifications?: Array<CertificationReminderPreferencesInput> | null | undefined;
};

/** What is absent or null is as for all. */
export type CertificationReminderPreferencesInput = {
  certificationId: string;
  channels?: Array<Channel> | null | undefined;
  ladder?: Array<number> | null | undefined;
  muteUntil?: string | null | undefined;
};

export type ReviewState =
  /** It waits. */
  | 'PENDING'
  | 'APPROVED'
  | 'REFUSED';

export type ReviewOutcome =
  | 'APPROVED'
  | 'REFUSED';

export type ReviewCreditInput = {
  organizationId: string;
  memberId: string;
  creditId: string;
  version: number;
  outcome: ReviewOutcome;
  /** For the member, at most 500 characters: must be given to refuse, and is not given to approve. */
  reason?: string | null | undefined;
};

export type ReviewCreditsInput = {
  organizationId: string;
  outcome: ReviewOutcome;
  /** For the members, at most 500 characters: must be given to refuse, and is not given to approve. */
  reason?: string | null | undefined;
  /** From 1 to 100, each once. */
  credits: Array<SeenCreditInput>;
};

/** A credit of a member as it was seen by who decides about it. */
export type SeenCreditInput = {
  memberId: string;
  creditId: string;
  version: number;
};

export type ScanStatus =
  /** It was never asked to be read: `scanEvidence` does. */
  | 'NOT_SCANNED'
  /** It waits, or is being read. */
  | 'WAITING'
  | 'SCANNED'
  | 'FAILED';

/** How the name on a certificate compares with the viewer's. */
export type NameMatch =
  /** One of the two is not known. */
  | 'UNKNOWN'
  | 'SAME'
  /** It may be somebody else's certificate. */
  | 'DIFFERENT';

/** Why nothing is proposed although something was found. */
export type ScanQuestion =
  /** The best candidate is not sure enough. */
  | 'UNSURE'
  /** Nothing tells the day from the month: `others` has both readings. */
  | 'DAY_MONTH';

export type ScanEvidenceInput = {
  id: string;
  /** What the phone recognised in the file, at most 20 pages and 512 kB together. */
  recognizedText?: Array<RecognizedPageInput> | null | undefined;
};

/** A page as the phone recognised it, upright. */
export type RecognizedPageInput = {
  /** In any unit, the one of the boxes. */
  width: number;
  height: number;
  /** From top to bottom, at most 500. */
  lines: Array<RecognizedLineInput>;
};

export type RecognizedLineInput = {
  /** At most 1,000 bytes. */
  text: string;
  /** From the top left corner of the page. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** From 0 to 1; absent or null when the phone does not tell. */
  confidence?: number | null | undefined;
};

export type ConfirmScanInput = {
  evidenceId: string;
  /** Which one of the file. */
  certificate?: number | null | undefined;
  /** All of the credit as it is to be logged: the draft with what the person changed. Without an `id` it has one that follows from file and certificate. */
  credit: LogCreditInput;
};

export type AccountKeeper =
  /** The server itself: `signUp` and `signIn`. */
  | 'SERVER'
  /** A Firebase project: its SDK, or its REST API, gives the tokens. */
  | 'FIREBASE';

export type SignUpInput = {
  email: string;
  /** At least 8 characters and at most 256 bytes, whatever characters. */
  password: string;
  name?: string | null | undefined;
  /** IANA name of the time zone where the professional lives, such as America/New_York. */
  timeZone?: string | null | undefined;
  /** BCP 47 language tag; "en" when absent. */
  locale?: string | null | undefined;
};

export type SignInInput = {
  email: string;
  password: string;
};

export type RefreshSessionInput = {
  refreshToken: string;
};

export type ChangePasswordInput = {
  oldPassword: string;
  newPassword: string;
};

export type SnoozeDeadlineInput = {
  /** Of a deadline of the viewer's, derived or own. */
  id: string;
  /** The day on which it is told again, after today in the professional's time zone and at most 730 days ahead. Absent or null ends the snooze. */
  until?: string | null | undefined;
};

export type Outcome =
  | 'MET'
  | 'NOT_MET'
  /** A fact is needed and unknown; `questions` ask for it. */
  | 'UNDETERMINED'
  /** The rule does not concern this holder or this cycle. */
  | 'NOT_APPLICABLE'
  /** The rule is known and cannot be evaluated yet: the holder must see to it. A binding one makes a standing at best UNDETERMINED. */
  | 'NOT_EVALUATED';

export type Phase =
  | 'NOT_STARTED'
  | 'OPEN'
  /** The cycle is over and not recorded as renewed; a late renewal is taken. */
  | 'GRACE'
  | 'LAPSED';

export type Force =
  | 'BINDING'
  | 'ADVISORY';

export type RequirementKind =
  /** Each requirement below it. */
  | 'ALL_OF'
  /** `required` of those below it. */
  | 'AT_LEAST'
  /** `earned` must reach `required`. */
  | 'MINIMUM'
  /** At most `required` count; more may be earned. */
  | 'MAXIMUM'
  /** No credits: a card, an exam, an attestation. */
  | 'CONDITION'
  /** A rule known and not expressed. */
  | 'OTHER';

/** How a member stands, in one word. */
export type MemberOutcome =
  /** A deadline is over and was not met. */
  | 'OVERDUE'
  /** Something is not met, or not known to be, and its deadline is within 90 days. */
  | 'AT_RISK'
  /** Something is not known to be met for lack of facts, and its deadline comes later; all else is met. */
  | 'UNDETERMINED'
  /** Something is not met, and its deadline comes later. */
  | 'ON_TRACK'
  /** All that is asked in the current cycles is met. */
  | 'MET'
  /** She holds no certification. */
  | 'NONE';

export type MemberOrder =
  /** Without regard to case. */
  | 'NAME'
  /** Whose next deadline comes soonest, or is longest over, first; those without any last. */
  | 'NEXT_DEADLINE'
  /** Who needs attention for longest, or will soonest, first: what is not met does so 90 days before its deadline, all else when its deadline is over. */
  | 'RISK';

/** What is absent or null chooses all. */
export type MemberFilter = {
  /** Part of the name, without regard to case; at most 200 bytes. */
  search?: string | null | undefined;
  /** Who are in the group. */
  group?: string | null | undefined;
  /** Who hold the program. Then `outcome` and `dueBefore` are about it alone. */
  program?: string | null | undefined;
  outcome?: MemberOutcome | null | undefined;
  /** Whose next deadline is before the day, by the organization's time zone. */
  dueBefore?: string | null | undefined;
};

export type VerifyEmailInput = {
  /** From the link in the mail; valid for 24 hours. */
  token: string;
};

export type UnitWordsFragment = { id: string, symbol: string, name: string, plural: string, minutes: string | null };

export type CycleDaysFragment = { id: string, startsOn: string, earnBy: string, reportBy: string | null, endsOn: string, opensOn: string | null, graceEndsOn: string | null };

export type RequirementRowFragment = { id: string, parentId: string | null, kind: RequirementKind, force: Force, title: string, outcome: Outcome, required: string | null, earned: string | null, remaining: string | null, explanation: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null };

export type QuestionAskedFragment = { id: string, prompt: string, type: QuestionType, target: QuestionTarget, creditIds: Array<string>, choices: Array<{ id: string, name: string }> };

export type CertificationCardFragment = { id: string, number: string | null, program: { id: string, name: string, body: string, verified: boolean }, cycle: { id: string, startsOn: string, earnBy: string, reportBy: string | null, endsOn: string, opensOn: string | null, graceEndsOn: string | null } | null, standing: { asOf: string, outcome: Outcome, phase: Phase, requirements: Array<{ id: string, parentId: string | null, kind: RequirementKind, force: Force, title: string, outcome: Outcome, required: string | null, earned: string | null, remaining: string | null, explanation: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null }>, questions: Array<{ id: string }> } };

export type CertificationsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type CertificationsQuery = { me: { id: string, certifications: { nodes: Array<{ id: string, number: string | null, program: { id: string, name: string, body: string, verified: boolean }, cycle: { id: string, startsOn: string, earnBy: string, reportBy: string | null, endsOn: string, opensOn: string | null, graceEndsOn: string | null } | null, standing: { asOf: string, outcome: Outcome, phase: Phase, requirements: Array<{ id: string, parentId: string | null, kind: RequirementKind, force: Force, title: string, outcome: Outcome, required: string | null, earned: string | null, remaining: string | null, explanation: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null }>, questions: Array<{ id: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type CertificationQueryVariables = Exact<{
  id: string;
}>;


export type CertificationQuery = { node:
    | { __typename: 'Certification', id: string, version: number, number: string | null, issuedOn: string | null, expiresOn: string | null, renewedOn: string | null, timeZone: string, facts: Array<{ questionId: string, value: string, since: string | null, recorded: { by: string, reason: string, at: string } | null }>, program: { id: string, name: string, body: string, verified: boolean, own: boolean, questions: Array<{ id: string, prompt: string, type: QuestionType, target: QuestionTarget, creditIds: Array<string>, choices: Array<{ id: string, name: string }> }>, topics: Array<{ id: string, name: string }>, formats: Array<{ id: string, name: string }>, roles: Array<{ id: string, name: string }>, approvals: Array<{ id: string, name: string }> }, cycle: { id: string, startsOn: string, earnBy: string, reportBy: string | null, endsOn: string, opensOn: string | null, graceEndsOn: string | null } | null, standing: { asOf: string, outcome: Outcome, phase: Phase, requirements: Array<{ id: string, parentId: string | null, kind: RequirementKind, force: Force, title: string, outcome: Outcome, required: string | null, earned: string | null, remaining: string | null, explanation: string, source: { id: string, title: string, url: string | null, date: string | null, confidence: Confidence } | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null }>, questions: Array<{ id: string, prompt: string, type: QuestionType, target: QuestionTarget, creditIds: Array<string>, choices: Array<{ id: string, name: string }> }>, carriedIn: Array<{ amount: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } }>, carriesOver: Array<{ amount: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } }> }, suggestions: Array<{ total: string, openRequirementIds: Array<string>, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null }, activities: Array<{ amount: string, topics: Array<string>, format: string | null, role: string | null, approvals: Array<string>, until: string, requirementId: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } }> }> }
    | { __typename: 'Credit' }
    | { __typename: 'Deadline' }
    | { __typename: 'Evidence' }
    | { __typename: 'Invitation' }
    | { __typename: 'Member' }
    | { __typename: 'Notification' }
    | { __typename: 'Professional' }
    | { __typename: 'Organization' }
    | { __typename: 'Posting' }
    | { __typename: 'Program' }
   | null };

export type CertificationCreditsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type CertificationCreditsQuery = { node:
    | { __typename: 'Certification', id: string, standing: { credits: { nodes: Array<{ counted: string | null, reported: string, explanation: string, credit: { id: string, title: string, completedOn: string }, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null }, parts: Array<{ requirementId: string, amount: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } }
    | { __typename: 'Credit' }
    | { __typename: 'Deadline' }
    | { __typename: 'Evidence' }
    | { __typename: 'Invitation' }
    | { __typename: 'Member' }
    | { __typename: 'Notification' }
    | { __typename: 'Professional' }
    | { __typename: 'Organization' }
    | { __typename: 'Posting' }
    | { __typename: 'Program' }
   | null };

export type AddCertificationMutationVariables = Exact<{
  input: AddCertificationInput;
}>;


export type AddCertificationMutation = { addCertification: { certification: { id: string } | null } | null };

export type UpdateCertificationMutationVariables = Exact<{
  input: UpdateCertificationInput;
}>;


export type UpdateCertificationMutation = { updateCertification: { certification: { id: string, version: number } } | null };

export type RecordRenewalMutationVariables = Exact<{
  input: RecordRenewalInput;
}>;


export type RecordRenewalMutation = { recordRenewal: { certification: { id: string, version: number } } | null };

export type UndoRenewalMutationVariables = Exact<{
  input: UndoRenewalInput;
}>;


export type UndoRenewalMutation = { undoRenewal: { certification: { id: string, version: number } } | null };

export type RemoveCertificationMutationVariables = Exact<{
  input: RemoveCertificationInput;
}>;


export type RemoveCertificationMutation = { removeCertification: { removedCertificationId: string } | null };

export type CreditsQueryVariables = Exact<{
  filter?: CreditFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type CreditsQuery = { me: { id: string, credits: { nodes: Array<{ id: string, title: string, provider: string | null, completedOn: string, minutes: number | null, amount: string | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, postedBy: { organizationName: string | null } | null, dispute: { open: boolean } | null, uses: Array<{ counted: string | null, certification: { id: string, program: { id: string, name: string } }, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type CreditQueryVariables = Exact<{
  id: string;
}>;


export type CreditQuery = { node:
    | { __typename: 'Certification' }
    | { __typename: 'Credit', id: string, version: number, title: string, provider: string | null, completedOn: string, minutes: number | null, amount: string | null, format: string | null, role: string | null, topics: Array<string> | null, approvals: Array<string> | null, notes: string | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, portions: Array<{ minutes: number | null, amount: string | null, topics: Array<string> }>, uses: Array<{ counted: string | null, reported: string, explanation: string, certification: { id: string, program: { id: string, name: string } }, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } }>, postedBy: { organizationName: string | null, organizationId: string, postedAt: string } | null, dispute: { open: boolean, disputedAt: string, reason: string, resolvedAt: string | null, resolution: string | null } | null, reviews: Array<{ organizationId: string, organizationName: string, state: ReviewState, reason: string | null, reviewedAt: string | null }>, duplicates: Array<{ same: boolean, credit: { id: string, title: string, completedOn: string, minutes: number | null, amount: string | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null } }> }
    | { __typename: 'Deadline' }
    | { __typename: 'Evidence' }
    | { __typename: 'Invitation' }
    | { __typename: 'Member' }
    | { __typename: 'Notification' }
    | { __typename: 'Professional' }
    | { __typename: 'Organization' }
    | { __typename: 'Posting' }
    | { __typename: 'Program' }
   | null };

export type ProgramTermsFragment = { id: string, name: string, units: Array<{ id: string, symbol: string, name: string, plural: string, minutes: string | null }>, topics: Array<{ id: string, name: string }>, formats: Array<{ id: string, name: string }>, roles: Array<{ id: string, name: string }>, approvals: Array<{ id: string, name: string }> };

export type VocabularyQueryVariables = Exact<{ [key: string]: never; }>;


export type VocabularyQuery = { me: { id: string, timeZone: string | null, certifications: { nodes: Array<{ id: string, program: { id: string, name: string, units: Array<{ id: string, symbol: string, name: string, plural: string, minutes: string | null }>, topics: Array<{ id: string, name: string }>, formats: Array<{ id: string, name: string }>, roles: Array<{ id: string, name: string }>, approvals: Array<{ id: string, name: string }> } }> } } | null };

export type PreviewCreditQueryVariables = Exact<{
  input: LogCreditInput;
}>;


export type PreviewCreditQuery = { previewCredit: { certifications: Array<{ certification: { id: string, program: { id: string, name: string } }, before: { outcome: Outcome }, after: { outcome: Outcome }, use: { counted: string | null, explanation: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } } | null, changes: Array<{ requirementId: string, title: string, before: { id: string, parentId: string | null, kind: RequirementKind, force: Force, title: string, outcome: Outcome, required: string | null, earned: string | null, remaining: string | null, explanation: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null } | null, after: { id: string, parentId: string | null, kind: RequirementKind, force: Force, title: string, outcome: Outcome, required: string | null, earned: string | null, remaining: string | null, explanation: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null } | null }> }> } | null };

export type LogCreditMutationVariables = Exact<{
  input: LogCreditInput;
}>;


export type LogCreditMutation = { logCredit: { credit: { id: string } | null, certifications: Array<{ id: string, standing: { outcome: Outcome } }> } | null };

export type UpdateCreditMutationVariables = Exact<{
  input: UpdateCreditInput;
}>;


export type UpdateCreditMutation = { updateCredit: { credit: { id: string, version: number }, certifications: Array<{ id: string, standing: { outcome: Outcome } }> } | null };

export type DeleteCreditMutationVariables = Exact<{
  input: DeleteCreditInput;
}>;


export type DeleteCreditMutation = { deleteCredit: { deletedCreditId: string, certifications: Array<{ id: string }> } | null };

export type DeadlinesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type DeadlinesQuery = { me: { id: string, deadlines: { nodes: Array<{ id: string, kind: DeadlineKind, dueOn: string, endsAt: string, timeZone: string, status: DeadlineStatus, remaining: string | null, title: string, snoozedUntil: string | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, certification: { id: string, program: { id: string, name: string } } | null, own: { version: number, doneOn: string | null, notes: string | null, repeats: { every: number, unit: RepetitionUnit } | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type AddDeadlineMutationVariables = Exact<{
  input: AddDeadlineInput;
}>;


export type AddDeadlineMutation = { addDeadline: { deadline: { id: string } | null } | null };

export type CompleteDeadlineMutationVariables = Exact<{
  input: CompleteDeadlineInput;
}>;


export type CompleteDeadlineMutation = { completeDeadline: { deadline: { id: string, status: DeadlineStatus }, next: { id: string } | null } | null };

export type RemoveDeadlineMutationVariables = Exact<{
  input: RemoveDeadlineInput;
}>;


export type RemoveDeadlineMutation = { removeDeadline: { removedDeadlineId: string } | null };

export type SnoozeDeadlineMutationVariables = Exact<{
  input: SnoozeDeadlineInput;
}>;


export type SnoozeDeadlineMutation = { snoozeDeadline: { deadline: { id: string, snoozedUntil: string | null }, reminderPreferences: { version: number } } | null };

export type FileRowFragment = { id: string, version: number, fileName: string | null, mediaType: string, url: string, thumbnailUrl: string, status: ScanStatus, createdAt: string, credits: Array<{ id: string, title: string }> };

export type FilesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type FilesQuery = { me: { id: string, evidence: { nodes: Array<{ id: string, version: number, fileName: string | null, mediaType: string, url: string, thumbnailUrl: string, status: ScanStatus, createdAt: string, credits: Array<{ id: string, title: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type FilesOfCreditQueryVariables = Exact<{
  id: string;
}>;


export type FilesOfCreditQuery = { node:
    | { __typename: 'Certification' }
    | { __typename: 'Credit', id: string, evidence: Array<{ id: string, version: number, fileName: string | null, mediaType: string, url: string, thumbnailUrl: string, status: ScanStatus, createdAt: string, credits: Array<{ id: string, title: string }> }> }
    | { __typename: 'Deadline' }
    | { __typename: 'Evidence' }
    | { __typename: 'Invitation' }
    | { __typename: 'Member' }
    | { __typename: 'Notification' }
    | { __typename: 'Professional' }
    | { __typename: 'Organization' }
    | { __typename: 'Posting' }
    | { __typename: 'Program' }
   | null };

export type FileStatusQueryVariables = Exact<{
  id: string;
}>;


export type FileStatusQuery = { node:
    | { __typename: 'Certification' }
    | { __typename: 'Credit' }
    | { __typename: 'Deadline' }
    | { __typename: 'Evidence', id: string, status: ScanStatus }
    | { __typename: 'Invitation' }
    | { __typename: 'Member' }
    | { __typename: 'Notification' }
    | { __typename: 'Professional' }
    | { __typename: 'Organization' }
    | { __typename: 'Posting' }
    | { __typename: 'Program' }
   | null };

export type TextReadFragment = { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> };

export type AmountReadFragment = { question: ScanQuestion | null, chosen: { amount: string, unit: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ amount: string, unit: string }> };

export type CertificateReadFragment = { index: number, pages: Array<number>, nameMatch: NameMatch, participant: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, title: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, provider: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, completedOn: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, amounts: Array<{ question: ScanQuestion | null, chosen: { amount: string, unit: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ amount: string, unit: string }> }>, format: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, draft: { title: string | null, provider: string | null, completedOn: string | null, minutes: number | null, amount: string | null, format: string | null, topics: Array<string> | null, approvals: Array<string> | null, notes: string | null, missing: Array<string>, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, portions: Array<{ minutes: number | null, amount: string | null, topics: Array<string> }>, duplicates: Array<{ same: boolean, credit: { id: string, title: string, completedOn: string } }> }, credit: { id: string, title: string } | null };

export type FileQueryVariables = Exact<{
  id: string;
}>;


export type FileQuery = { node:
    | { __typename: 'Certification' }
    | { __typename: 'Credit' }
    | { __typename: 'Deadline' }
    | { __typename: 'Evidence', id: string, version: number, fileName: string | null, mediaType: string, url: string, thumbnailUrl: string, status: ScanStatus, createdAt: string, scan: { problem: { reason: string, text: string } | null, pages: Array<{ index: number, width: number, height: number, imageUrl: string }>, certificates: Array<{ index: number, pages: Array<number>, nameMatch: NameMatch, participant: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, title: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, provider: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, completedOn: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, amounts: Array<{ question: ScanQuestion | null, chosen: { amount: string, unit: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ amount: string, unit: string }> }>, format: { question: ScanQuestion | null, chosen: { value: string, confidence: number, page: number, box: { x: number, y: number, width: number, height: number } } | null, others: Array<{ value: string }> }, draft: { title: string | null, provider: string | null, completedOn: string | null, minutes: number | null, amount: string | null, format: string | null, topics: Array<string> | null, approvals: Array<string> | null, notes: string | null, missing: Array<string>, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, portions: Array<{ minutes: number | null, amount: string | null, topics: Array<string> }>, duplicates: Array<{ same: boolean, credit: { id: string, title: string, completedOn: string } }> }, credit: { id: string, title: string } | null }> } | null, credits: Array<{ id: string, title: string }> }
    | { __typename: 'Invitation' }
    | { __typename: 'Member' }
    | { __typename: 'Notification' }
    | { __typename: 'Professional' }
    | { __typename: 'Organization' }
    | { __typename: 'Posting' }
    | { __typename: 'Program' }
   | null };

export type ReadFileMutationVariables = Exact<{
  input: ScanEvidenceInput;
}>;


export type ReadFileMutation = { scanEvidence: { evidence: { id: string, status: ScanStatus } } | null };

export type ConfirmScanMutationVariables = Exact<{
  input: ConfirmScanInput;
}>;


export type ConfirmScanMutation = { confirmScan: { credit: { id: string, title: string } | null, evidence: { id: string, version: number }, certifications: Array<{ id: string, program: { id: string, name: string }, standing: { asOf: string, outcome: Outcome, phase: Phase, requirements: Array<{ id: string, parentId: string | null, kind: RequirementKind, force: Force, title: string, outcome: Outcome, required: string | null, earned: string | null, remaining: string | null, explanation: string, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null }>, questions: Array<{ id: string }> } }> } | null };

export type AttachFileMutationVariables = Exact<{
  input: AttachEvidenceInput;
}>;


export type AttachFileMutation = { attachEvidence: { evidence: { id: string, version: number }, credit: { id: string } } | null };

export type RemoveFileMutationVariables = Exact<{
  input: RemoveEvidenceInput;
}>;


export type RemoveFileMutation = { removeEvidence: { removedEvidenceId: string } | null };

export type StandingChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type StandingChangedSubscription = { standingChanged: { sequence: number, removedCertificationIds: Array<string>, certifications: Array<{ id: string }> } };

export type InvitationQueryVariables = Exact<{
  code: string;
}>;


export type InvitationQuery = { invitation: { organizationName: string, role: OrganizationRole, groups: Array<string>, expiresAt: string, shown: string, shownIfShared: string, membership: { id: string, organization: { id: string } } | null } | null };

export type InvitationsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type InvitationsQuery = { organization: { id: string, invitations: { nodes: Array<{ id: string, version: number, role: OrganizationRole, email: string | null, maxUses: number, uses: number, state: InvitationState, createdBy: string | null, createdAt: string, expiresAt: string, groups: Array<{ id: string, name: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type CreateInvitationMutationVariables = Exact<{
  input: CreateInvitationInput;
}>;


export type CreateInvitationMutation = { createInvitation: { code: string | null, url: string | null, invitation: { id: string } } | null };

export type RevokeInvitationMutationVariables = Exact<{
  input: RevokeInvitationInput;
}>;


export type RevokeInvitationMutation = { revokeInvitation: { invitation: { id: string, version: number, state: InvitationState } } | null };

export type JoinOrganizationMutationVariables = Exact<{
  input: JoinOrganizationInput;
}>;


export type JoinOrganizationMutation = { joinOrganization: { membership: { id: string, organization: { id: string, name: string } } } | null };

export type MemberDeadlineWordsFragment = { dueOn: string, title: string };

export type OrganizationSummaryQueryVariables = Exact<{
  id: string;
  group?: string | null | undefined;
}>;


export type OrganizationSummaryQuery = { organization: { id: string, summary: { members: number, soon: number, byOutcome: Array<{ outcome: MemberOutcome, members: number }>, byMonth: Array<{ month: string, members: number }>, byProgram: Array<{ members: number, required: string | null, earned: string | null, program: { id: string, name: string }, unit: { name: string, plural: string }, byOutcome: Array<{ outcome: MemberOutcome, members: number }> }> } | null } | null };

export type MembersQueryVariables = Exact<{
  id: string;
  filter?: MemberFilter | null | undefined;
  orderBy: MemberOrder;
  after?: string | null | undefined;
}>;


export type MembersQuery = { organization: { id: string, members: { nodes: Array<{ id: string, name: string | null, role: OrganizationRole, outcome: MemberOutcome, groups: Array<{ id: string, name: string }>, nextDeadline: { dueOn: string, title: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type MemberQueryVariables = Exact<{
  id: string;
}>;


export type MemberQuery = { member: { name: string | null, outcome: MemberOutcome, id: string, version: number, role: OrganizationRole, allGroups: boolean, joinedAt: string, shareCredits: boolean, nextDeadline: { dueOn: string, title: string } | null, standings: Array<{ certificationId: string, outcome: MemberOutcome, dueOn: string | null, program: { id: string, name: string }, missing: Array<{ title: string, remaining: string | null, unit: string | null }> }>, groups: Array<{ id: string, name: string }> } | null };

export type MemberCertificationsQueryVariables = Exact<{
  id: string;
}>;


export type MemberCertificationsQuery = { member: { id: string, certifications: Array<{ id: string, outcome: Outcome, program: { id: string, name: string }, cycle: { id: string, startsOn: string, earnBy: string, reportBy: string | null, endsOn: string, opensOn: string | null, graceEndsOn: string | null } | null, requirements: Array<{ id: string, parentId: string | null, kind: RequirementKind, force: Force, title: string, outcome: Outcome, required: string | null, earned: string | null, remaining: string | null, explanation: string, source: { id: string, title: string, url: string | null, date: string | null, confidence: Confidence } | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null }>, deadlines: Array<{ kind: DeadlineKind, dueOn: string, status: DeadlineStatus, title: string }> }> } | null };

export type MemberCreditsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type MemberCreditsQuery = { member: { id: string, credits: { nodes: Array<{ id: string, title: string, provider: string | null, completedOn: string, minutes: number | null, amount: string | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, evidence: Array<{ id: string, fileName: string | null, url: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type RecordedWordsFragment = { questionId: string, value: string, since: string | null, recorded: { by: string, reason: string, at: string } | null };

export type MemberRecordedQueryVariables = Exact<{
  id: string;
}>;


export type MemberRecordedQuery = { member: { id: string, certifications: Array<{ id: string, version: number, program: { id: string, name: string }, requirements: Array<{ id: string, kind: RequirementKind, title: string }>, recordedFacts: Array<{ questionId: string, value: string, since: string | null, recorded: { by: string, reason: string, at: string } | null }> | null }> } | null };

export type SharedQuestionsQueryVariables = Exact<{
  id: string;
}>;


export type SharedQuestionsQuery = { organization: { id: string, programs: Array<{ id: string, questions: Array<{ id: string, prompt: string, type: QuestionType, target: QuestionTarget, creditIds: Array<string>, choices: Array<{ id: string, name: string }> }> }> } | null };

export type RecordFactsMutationVariables = Exact<{
  input: RecordFactsInput;
}>;


export type RecordFactsMutation = { recordFacts: { certificationId: string, version: number, member: { id: string } } | null };

export type RemoveFactsMutationVariables = Exact<{
  input: RemoveFactsInput;
}>;


export type RemoveFactsMutation = { removeFacts: { certificationId: string, version: number, member: { id: string } } | null };

export type UpdateMemberMutationVariables = Exact<{
  input: UpdateMemberInput;
}>;


export type UpdateMemberMutation = { updateMember: { member: { id: string, version: number } } | null };

export type RemoveMemberMutationVariables = Exact<{
  input: RemoveMemberInput;
}>;


export type RemoveMemberMutation = { removeMember: { removedMemberId: string } | null };

export type TransferOwnershipMutationVariables = Exact<{
  input: TransferOwnershipInput;
}>;


export type TransferOwnershipMutation = { transferOwnership: { member: { id: string, version: number } } | null };

export type OrganizationChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type OrganizationChangedSubscription = { organizationChanged: { sequence: number, organization: { id: string } } };

export type InboxQueryVariables = Exact<{
  unreadOnly: boolean;
  after?: string | null | undefined;
}>;


export type InboxQuery = { me: { id: string, unreadCount: number, notifications: { nodes: Array<{ id: string, kind: NotificationKind, createdAt: string, readAt: string | null, items: Array<{ deadlineId: string, certificationId: string | null, programName: string | null, dueOn: string, status: DeadlineStatus, title: string, remaining: string | null, unitName: string | null }>, credits: Array<{ creditId: string, title: string, completedOn: string, organizationId: string, organizationName: string, event: CreditEvent, reason: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type MarkNotificationsReadMutationVariables = Exact<{
  input: MarkNotificationsReadInput;
}>;


export type MarkNotificationsReadMutation = { markNotificationsRead: { unreadCount: number } | null };

export type SendTestNotificationMutationVariables = Exact<{
  input: SendTestNotificationInput;
}>;


export type SendTestNotificationMutation = { sendTestNotification: { notification: { id: string } } | null };

export type PlaceFragment = { id: string, version: number, role: OrganizationRole, allGroups: boolean, joinedAt: string, shareCredits: boolean, groups: Array<{ id: string, name: string }> };

export type InOrganizationFragment = { id: string, version: number, name: string, timeZone: string, locale: string, approvesCredits: boolean, membership: { id: string, version: number, role: OrganizationRole, allGroups: boolean, joinedAt: string, shareCredits: boolean, groups: Array<{ id: string, name: string }> }, groups: Array<{ id: string, version: number, name: string }> };

export type MembershipsQueryVariables = Exact<{ [key: string]: never; }>;


export type MembershipsQuery = { me: { id: string, memberships: Array<{ id: string, version: number, role: OrganizationRole, allGroups: boolean, joinedAt: string, shareCredits: boolean, organization: { id: string, name: string }, groups: Array<{ id: string, name: string }> }> } | null };

export type OrganizationQueryVariables = Exact<{
  id: string;
}>;


export type OrganizationQuery = { organization: { id: string, version: number, name: string, timeZone: string, locale: string, approvesCredits: boolean, membership: { id: string, version: number, role: OrganizationRole, allGroups: boolean, joinedAt: string, shareCredits: boolean, groups: Array<{ id: string, name: string }> }, groups: Array<{ id: string, version: number, name: string }> } | null };

export type OrganizationLogQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type OrganizationLogQuery = { organization: { id: string, log: { nodes: Array<{ id: string, at: string, action: OrganizationAction, actor: string | null, subject: string | null, before: Array<string>, after: Array<string> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type CreateOrganizationMutationVariables = Exact<{
  input: CreateOrganizationInput;
}>;


export type CreateOrganizationMutation = { createOrganization: { organization: { id: string, membership: { id: string } } | null } | null };

export type UpdateOrganizationMutationVariables = Exact<{
  input: UpdateOrganizationInput;
}>;


export type UpdateOrganizationMutation = { updateOrganization: { organization: { id: string, version: number, name: string, timeZone: string, locale: string, approvesCredits: boolean, membership: { id: string, version: number, role: OrganizationRole, allGroups: boolean, joinedAt: string, shareCredits: boolean, groups: Array<{ id: string, name: string }> }, groups: Array<{ id: string, version: number, name: string }> } } | null };

export type DeleteOrganizationMutationVariables = Exact<{
  input: DeleteOrganizationInput;
}>;


export type DeleteOrganizationMutation = { deleteOrganization: { deletedOrganizationId: string } | null };

export type CreateGroupMutationVariables = Exact<{
  input: CreateGroupInput;
}>;


export type CreateGroupMutation = { createGroup: { group: { id: string }, organization: { id: string, version: number } } | null };

export type RenameGroupMutationVariables = Exact<{
  input: RenameGroupInput;
}>;


export type RenameGroupMutation = { renameGroup: { group: { id: string, version: number, name: string }, organization: { id: string, version: number } } | null };

export type RemoveGroupMutationVariables = Exact<{
  input: RemoveGroupInput;
}>;


export type RemoveGroupMutation = { removeGroup: { removedGroupId: string, organization: { id: string, version: number } } | null };

export type UpdateMembershipMutationVariables = Exact<{
  input: UpdateMembershipInput;
}>;


export type UpdateMembershipMutation = { updateMembership: { membership: { id: string, version: number, role: OrganizationRole, allGroups: boolean, joinedAt: string, shareCredits: boolean, groups: Array<{ id: string, name: string }> } } | null };

export type LeaveOrganizationMutationVariables = Exact<{
  input: LeaveOrganizationInput;
}>;


export type LeaveOrganizationMutation = { leaveOrganization: { endedMembershipId: string } | null };

export type PostingRowFragment = { id: string, version: number, title: string, provider: string | null, completedOn: string, minutes: number | null, amount: string | null, postedBy: string | null, postedAt: string, total: number, posted: number, disputed: number, withdrawnAt: string | null, withdrawalReason: string | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null };

export type DisputeWordsFragment = { open: boolean, disputedAt: string, reason: string, resolvedAt: string | null, resolution: string | null };

export type PostedPartFragment = { postingId: string, memberId: string, title: string, completedOn: string, name: string | null, minutes: number | null, amount: string | null, state: PostedState, withdrawalReason: string | null, member: { id: string } | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, dispute: { open: boolean, disputedAt: string, reason: string, resolvedAt: string | null, resolution: string | null } | null };

export type PostingsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type PostingsQuery = { organization: { id: string, postings: { nodes: Array<{ id: string, version: number, title: string, provider: string | null, completedOn: string, minutes: number | null, amount: string | null, postedBy: string | null, postedAt: string, total: number, posted: number, disputed: number, withdrawnAt: string | null, withdrawalReason: string | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type PostingQueryVariables = Exact<{
  id: string;
}>;


export type PostingQuery = { node:
    | { __typename: 'Certification' }
    | { __typename: 'Credit' }
    | { __typename: 'Deadline' }
    | { __typename: 'Evidence' }
    | { __typename: 'Invitation' }
    | { __typename: 'Member' }
    | { __typename: 'Notification' }
    | { __typename: 'Professional' }
    | { __typename: 'Organization' }
    | { __typename: 'Posting', format: string | null, role: string | null, topics: Array<string> | null, approvals: Array<string> | null, notes: string | null, id: string, version: number, title: string, provider: string | null, completedOn: string, minutes: number | null, amount: string | null, postedBy: string | null, postedAt: string, total: number, posted: number, disputed: number, withdrawnAt: string | null, withdrawalReason: string | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null }
    | { __typename: 'Program' }
   | null };

export type PostingMembersQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type PostingMembersQuery = { node:
    | { __typename: 'Certification' }
    | { __typename: 'Credit' }
    | { __typename: 'Deadline' }
    | { __typename: 'Evidence' }
    | { __typename: 'Invitation' }
    | { __typename: 'Member' }
    | { __typename: 'Notification' }
    | { __typename: 'Professional' }
    | { __typename: 'Organization' }
    | { __typename: 'Posting', id: string, members: { nodes: Array<{ postingId: string, memberId: string, title: string, completedOn: string, name: string | null, minutes: number | null, amount: string | null, state: PostedState, withdrawalReason: string | null, member: { id: string } | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, dispute: { open: boolean, disputedAt: string, reason: string, resolvedAt: string | null, resolution: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | { __typename: 'Program' }
   | null };

export type DisputesQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type DisputesQuery = { organization: { id: string, disputes: { nodes: Array<{ postingId: string, memberId: string, title: string, completedOn: string, name: string | null, minutes: number | null, amount: string | null, state: PostedState, withdrawalReason: string | null, member: { id: string } | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, dispute: { open: boolean, disputedAt: string, reason: string, resolvedAt: string | null, resolution: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type MemberNamesQueryVariables = Exact<{
  id: string;
  filter?: MemberFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type MemberNamesQuery = { organization: { id: string, members: { nodes: Array<{ id: string, name: string | null, groups: Array<{ id: string, name: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type ProgramsHeldQueryVariables = Exact<{
  id: string;
}>;


export type ProgramsHeldQuery = { organization: { id: string, summary: { byProgram: Array<{ program: { id: string } }> } | null, programs: Array<{ id: string }> } | null };

export type ProgramWordsQueryVariables = Exact<{
  id: string;
}>;


export type ProgramWordsQuery = { program: { organizationId: string | null, id: string, name: string, units: Array<{ id: string, symbol: string, name: string, plural: string, minutes: string | null }>, topics: Array<{ id: string, name: string }>, formats: Array<{ id: string, name: string }>, roles: Array<{ id: string, name: string }>, approvals: Array<{ id: string, name: string }> } | null };

export type PreviewPostingQueryVariables = Exact<{
  input: PostCreditsInput;
}>;


export type PreviewPostingQuery = { previewPosting: { total: number, problems: Array<{ row: number | null, column: string | null, message: string }>, matches: Array<{ row: number | null, minutes: number | null, amount: string | null, member: { id: string, name: string | null }, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null }> } | null };

export type PostCreditsMutationVariables = Exact<{
  input: PostCreditsInput;
}>;


export type PostCreditsMutation = { postCredits: { posting: { id: string, total: number } | null, problems: Array<{ row: number | null, column: string | null, message: string }> } | null };

export type WithdrawPostingMutationVariables = Exact<{
  input: WithdrawPostingInput;
}>;


export type WithdrawPostingMutation = { withdrawPosting: { posting: { id: string, version: number, title: string, provider: string | null, completedOn: string, minutes: number | null, amount: string | null, postedBy: string | null, postedAt: string, total: number, posted: number, disputed: number, withdrawnAt: string | null, withdrawalReason: string | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null } } | null };

export type ResolveDisputeMutationVariables = Exact<{
  input: ResolveDisputeInput;
}>;


export type ResolveDisputeMutation = { resolveDispute: { postedMember: { postingId: string, memberId: string, title: string, completedOn: string, name: string | null, minutes: number | null, amount: string | null, state: PostedState, withdrawalReason: string | null, member: { id: string } | null, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, dispute: { open: boolean, disputedAt: string, reason: string, resolvedAt: string | null, resolution: string | null } | null } } | null };

export type DisputeCreditMutationVariables = Exact<{
  input: DisputeCreditInput;
}>;


export type DisputeCreditMutation = { disputeCredit: { credit: { id: string, version: number }, certifications: Array<{ id: string, standing: { outcome: Outcome } }> } | null };

export type WithdrawDisputeMutationVariables = Exact<{
  input: WithdrawDisputeInput;
}>;


export type WithdrawDisputeMutation = { withdrawDispute: { credit: { id: string, version: number }, certifications: Array<{ id: string, standing: { outcome: Outcome } }> } | null };

export type ProgramsQueryVariables = Exact<{
  search?: string | null | undefined;
  own?: boolean | null | undefined;
  after?: string | null | undefined;
}>;


export type ProgramsQuery = { programs: { totalCount: number, nodes: Array<{ id: string, name: string, body: string, jurisdiction: string | null, verified: boolean, own: boolean }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ProgramQueryVariables = Exact<{
  id: string;
}>;


export type ProgramQuery = { program: { id: string, name: string, body: string, jurisdiction: string | null, version: string, verified: boolean, own: boolean, organizationId: string | null, text: string | null, revision: number | null, notes: Array<string>, sources: Array<{ id: string, title: string, url: string | null, date: string | null, confidence: Confidence }>, questions: Array<{ id: string, prompt: string, type: QuestionType, target: QuestionTarget, creditIds: Array<string>, choices: Array<{ id: string, name: string }> }>, units: Array<{ id: string, symbol: string, name: string, plural: string, minutes: string | null }>, topics: Array<{ id: string, name: string }> } | null };

export type SharedProgramsQueryVariables = Exact<{
  id: string;
}>;


export type SharedProgramsQuery = { organization: { id: string, programs: Array<{ id: string, name: string, body: string, revision: number | null }> } | null };

export type CreateProgramMutationVariables = Exact<{
  input: CreateProgramInput;
}>;


export type CreateProgramMutation = { createProgram: { program: { id: string } | null } | null };

export type UpdateProgramMutationVariables = Exact<{
  input: UpdateProgramInput;
}>;


export type UpdateProgramMutation = { updateProgram: { program: { id: string, revision: number | null } } | null };

export type RemoveProgramMutationVariables = Exact<{
  input: RemoveProgramInput;
}>;


export type RemoveProgramMutation = { removeProgram: { removedProgramId: string } | null };

export type ValidateProgramMutationVariables = Exact<{
  input: ValidateProgramInput;
}>;


export type ValidateProgramMutation = { validateProgram: { problems: Array<{ line: number | null, path: Array<string>, message: string }>, program: { id: string, name: string, body: string } | null } | null };

export type RemindersQueryVariables = Exact<{ [key: string]: never; }>;


export type RemindersQuery = { me: { id: string, timeZone: string | null, reminderPreferences: { version: number, channels: Array<Channel>, ladder: Array<number>, hour: string, quietFrom: string, quietUntil: string, muteUntil: string | null, muteCredits: boolean, detail: ReminderDetail, certifications: Array<{ certificationId: string, channels: Array<Channel> | null, ladder: Array<number> | null, muteUntil: string | null }> }, calendarFeed: { createdAt: string, alarms: boolean } | null } | null };

export type UpdateReminderPreferencesMutationVariables = Exact<{
  input: UpdateReminderPreferencesInput;
}>;


export type UpdateReminderPreferencesMutation = { updateReminderPreferences: { reminderPreferences: { version: number } } | null };

export type CreateCalendarFeedMutationVariables = Exact<{
  input: CreateCalendarFeedInput;
}>;


export type CreateCalendarFeedMutation = { createCalendarFeed: { calendarFeed: { url: string | null, createdAt: string, alarms: boolean } } | null };

export type RevokeCalendarFeedMutationVariables = Exact<{ [key: string]: never; }>;


export type RevokeCalendarFeedMutation = { revokeCalendarFeed: { revoked: boolean } | null };

export type UnderReviewFragment = { creditId: string, version: number, title: string, provider: string | null, completedOn: string, minutes: number | null, amount: string | null, format: string | null, role: string | null, topics: Array<string> | null, approvals: Array<string> | null, loggedAt: string, member: { id: string, name: string | null }, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, portions: Array<{ minutes: number | null, amount: string | null, topics: Array<string> }> };

export type ReviewsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type ReviewsQuery = { organization: { id: string, programs: Array<{ id: string, name: string, units: Array<{ id: string, symbol: string, name: string, plural: string, minutes: string | null }>, topics: Array<{ id: string, name: string }>, formats: Array<{ id: string, name: string }>, roles: Array<{ id: string, name: string }>, approvals: Array<{ id: string, name: string }> }>, reviews: { nodes: Array<{ creditId: string, version: number, title: string, provider: string | null, completedOn: string, minutes: number | null, amount: string | null, format: string | null, role: string | null, topics: Array<string> | null, approvals: Array<string> | null, loggedAt: string, member: { id: string, name: string | null }, unit: { id: string, symbol: string, name: string, plural: string, minutes: string | null } | null, portions: Array<{ minutes: number | null, amount: string | null, topics: Array<string> }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type ReviewCreditMutationVariables = Exact<{
  input: ReviewCreditInput;
}>;


export type ReviewCreditMutation = { reviewCredit: { credit: { creditId: string, state: ReviewState } } | null };

export type ReviewCreditsMutationVariables = Exact<{
  input: ReviewCreditsInput;
}>;


export type ReviewCreditsMutation = { reviewCredits: { credits: Array<{ creditId: string, problem: { message: string } | null }> } | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { me: { id: string, version: number, name: string | null, email: string | null, emailVerified: boolean, timeZone: string | null, locale: string, unreadCount: number } | null };

export type SignUpMutationVariables = Exact<{
  input: SignUpInput;
}>;


export type SignUpMutation = { signUp: { professional: { id: string } } | null };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn: { professional: { id: string } } | null };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: { signedOut: boolean } | null };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword: { professional: { id: string } } | null };

export type RequestPasswordResetMutationVariables = Exact<{
  input: RequestPasswordResetInput;
}>;


export type RequestPasswordResetMutation = { requestPasswordReset: { requested: boolean } | null };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { resetPassword: { passwordReset: boolean } | null };

export type VerifyEmailMutationVariables = Exact<{
  input: VerifyEmailInput;
}>;


export type VerifyEmailMutation = { verifyEmail: { emailVerified: boolean } | null };

export type ResendVerificationMutationVariables = Exact<{ [key: string]: never; }>;


export type ResendVerificationMutation = { resendVerification: { sent: boolean } | null };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
}>;


export type UpdateProfileMutation = { updateProfile: { professional: { id: string, version: number, name: string | null, timeZone: string | null, locale: string } } | null };

export type DeleteAccountMutationVariables = Exact<{
  input: DeleteAccountInput;
}>;


export type DeleteAccountMutation = { deleteAccount: { deletedProfessionalId: string } | null };

export type SignInSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type SignInSettingsQuery = { signInSettings: { keeper: AccountKeeper, firebase: { apiKey: string, url: string } | null } };

export type RefreshSessionMutationVariables = Exact<{
  input: RefreshSessionInput;
}>;


export type RefreshSessionMutation = { refreshSession: { professional: { id: string, version: number } } | null };

