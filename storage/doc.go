// Package storage is the contract between the use cases and a database: small
// interfaces that speak package ce, each method one atomic step. No query
// language and no transaction crosses it. The suite in storagetest is its exact
// meaning; sqlite and mongodb implement it.
//
// # Facts and derived data
//
// Facts (professionals, certifications, credits, evidence, own programs, own deadlines) are what people enter. They are
// never lost: when a method that writes one returns nil, the write survives the
// death of the process and of the machine. Each has a version, checked by every
// change. Instants are kept to the millisecond, what is finer is cut off, and come back in
// UTC; methods that return what they wrote return it as it is kept. Standings and deadlines are derived from facts, may be thrown away and
// computed again, and only need to catch up.
//
// # Evidence
//
// What is known of an uploaded file is a fact, its content is among the [Files], which are no database. The content is
// written first, under a key that no other upload has, and the fact after it; the fact is removed first, and the content
// after it. So no fact is without its content, and a content without a fact is one of an upload under way or left behind by
// one that was cut short, which its age tells.
//
// # Organisations
//
// An organisation, its members and its invitations are facts of which nothing is derived yet. Who owns an organisation is said in
// the organisation alone, so that one write keeps it from being without an owner. The log of an organisation is written with the
// facts and only ever grows; it goes with the organisation.
//
// # Reminders
//
// The plan of reminders is derived and saved with the standings. What was told, and the notifications that say so, are
// neither facts nor derived: they record what happened. A worker claims a plan that is due and issues what it says: in
// one step the notification is created, told is what was told, and the claim ends. A refresh that saves another plan ends the
// claim too, so nothing is told that no longer holds. A delivery that has failed stays where it is, in the order of when it was
// last due, until an operator has it tried again.
//
// What organisations do with a professional's credits is news, which waits beside the plan until it is told with what else happened meanwhile. Its id is made from what happened,
// and it is remembered once it was told: whoever was cut short after a change adds its news again, and it is told once.
//
// # Refreshing derived data
//
// A write of a certification, a credit, an own program, an own deadline, a professional's profile or her preferences marks that fact as
// not yet refreshed, in the same atomic step. To refresh, a worker takes the next sequence
// number of the professional, reads her facts, evaluates, saves what it derived
// under that number (a save under a lower number than one already saved is
// refused with [ErrOvertaken]) and last clears the marks of the facts that it read, each
// under the version read. Whoever was overtaken clears nothing. So a crash
// anywhere leaves a mark, by which any server finishes the work later. The mark's instant is
// the fact's UpdatedAt, or the instant of its removal. A new profile is not marked, since
// nothing is derived from it alone.
//
// A number taken after a fact was written covers that fact: every worker with
// a higher number has read it. A number taken before covers it only if the
// professional's number is still the same once the fact is written, which saving the derived data tells;
// else some worker with a higher number may have read too early, and the work is done
// once more under a new number.
package storage
