// Package scan understands certificates: from the text of a document, with its places on the page, to the fields of a
// credit. It reads no files (package scan/read does), fetches nothing, and knows neither the store nor the API.
//
// # How a certificate is understood
//
// [Recognize] arranges the words of a page in cells (a line without a wide gap: a label, a field of a table, a line of
// text) and the cells in blocks (a paragraph). The phrases of the vocabulary are found in each block.
//
// A page that says something else than the certificate before it begins another (certificate.go); what follows is done
// for each certificate with all its pages.
//
// For each field candidates are found, by what stands before them in the sentence ("has successfully completed …"), by
// the label left of them, above or below, and by what they look like. What speaks for a candidate and against it is
// added up as evidence; the weights are constants at the head of each field's file. The best candidate is chosen, with a
// confidence computed from its evidence, its lead over the next, and how it was read. Confidences are calibrated: of the
// values given with 0.9 nine of ten are right. A field that is not sure enough stays empty and keeps its candidates.
//
// What words mean is data: a file in vocabulary for each language, accreditors.json for the shapes of approval numbers,
// calibration.json for the confidences. The set of certificates by which all this is measured is in scantest.
package scan
