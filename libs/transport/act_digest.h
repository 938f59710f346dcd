// What a program signs when it calls a method that takes evidence and decides no question:
// a digest of the whole request, so that a captured signature is good for no other.
//
// (Decide is signed over the question's own digest, libs/warrant/question.h, which its
// warrant holds too.) Pure function over generated messages; thread-safe.
#ifndef SAFEHAVEN_LIBS_TRANSPORT_ACT_DIGEST_H_
#define SAFEHAVEN_LIBS_TRANSPORT_ACT_DIGEST_H_

#include <string>

#include "google/protobuf/message.h"

namespace safehaven {

// The text whose SHA-256 is signed:
//   safehaven-act/1\n<full name of the request's message>\n
// and then, for each field that is set, in order of number, elements of a list in order of
// the list, and a field of a message within right after the message itself:
//   <names of the way to it, joined by '.'> <length of the value in bytes>\n<value>\n
// Values: text and bytes as they are; numbers in decimal; true as "true"; an enum by its
// number; a message within as nothing. What is 0, false or empty counts as not set, but for
// messages. Evidence is left out: it is what is made of the digest.
std::string ActText(const google::protobuf::Message& request);

// 32 bytes.
std::string ActDigest(const google::protobuf::Message& request);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_TRANSPORT_ACT_DIGEST_H_
