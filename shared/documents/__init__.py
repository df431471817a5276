"""What a filed document is allowed to be: kinds by parsed structure, names, malware scan, previews.

Everything here works on a seekable binary stream, writes nothing to disk and trusts nothing that the stream or its
name says of itself. A file that breaks a rule raises `shared.errors.Invalid`; a stream that fails to be read raises
what the stream raised.
"""
