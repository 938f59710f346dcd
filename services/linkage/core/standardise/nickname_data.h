// The project's own list of forms of given names, as text for Nicknames::Parse.
// Written by hand from general knowledge of names used in England; an operator can
// give a longer list with a model.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NICKNAME_DATA_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NICKNAME_DATA_H_

namespace safehaven::linkage {

extern const char kNicknameGroups[];

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_STANDARDISE_NICKNAME_DATA_H_
